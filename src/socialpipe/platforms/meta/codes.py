"""What the error codes of Meta mean.

Sources: developers.facebook.com error reference (2026-06-02) and reports of answers seen in 2026.
"""

from __future__ import annotations

from socialpipe.errors import (
    Duplicate,
    NotSent,
    PlatformError,
    Rejected,
    Throttled,
    Unauthorized,
    Unknown,
)
from socialpipe.platforms.answer import RENEW, Answer, parse, tidy, unclear, wait
from socialpipe.platforms.base import Gone

DEAD = {190, 102, 1404078}
SCOPE = {10, *range(200, 300)}
BUSY = {4, 9, 17, 32, 341, 613, 80001, 80002}
HASTY = {1390008}  # "too fast": wait at least an hour
TWICE = {506, 1366051}
NOT_READY = {4279009, 2207027}  # the container has not spread yet; publishing again works
MAYBE_LIVE = {2207051}  # "action blocked", also said about posts that went out
SPOILT = {2207008, 2207020, 2207053}  # the container is gone or broken: the next try makes another
BROKEN = {1, 2, 2207001}
ABSENT = {100, 33}  # code and subcode: not there, or not for this token
UNFETCHED = {2207003, 2207052, 2207032}  # its crawler could not get the image


class NotReady(NotSent):
    """The container exists, but cannot be published yet."""


def meaning(answer: Answer, title: str) -> PlatformError | None:
    """Name the outcome that `error` tells; None: the status does."""
    error = answer.get("error")
    if not isinstance(error, dict):
        return None
    code, subcode = error.get("code"), error.get("error_subcode")
    codes = {value for value in (code, subcode) if isinstance(value, int)}
    said = f"{title} says: {tidy(str(error.get('message')))}"
    if codes == ABSENT:
        return Gone(said, status=answer.status)
    return _special(codes, said, answer) or _usual(codes, said, answer)


def _special(codes: set[int], said: str, answer: Answer) -> PlatformError | None:
    status = answer.status
    if codes & NOT_READY or {24, 2207006} <= codes:
        return NotReady(said, status=status)
    if codes & MAYBE_LIVE:
        return Unknown(said, status=status) if answer.creates else NotSent(said, status=status)
    if codes & SPOILT:
        return NotSent(said, status=status)
    if codes & UNFETCHED:
        fix = "Check that SOCIALPIPE_PUBLIC_MEDIA_BASE_URL is open to the internet, robots too."
        return NotSent(said, fix, status=status)
    if codes & TWICE:
        return Duplicate(said, status=status)
    return None


def _usual(codes: set[int], said: str, answer: Answer) -> PlatformError | None:
    status = answer.status
    if codes & DEAD:
        return Unauthorized(said, RENEW, status=status)
    if codes & SCOPE:
        return Rejected(said, "Give the app the permissions to publish, then retry.", status=status)
    if codes & HASTY:
        return Throttled(said, seconds=3600, status=status)
    if codes & BUSY:
        return Throttled(said, seconds=wait(answer) or _regain(answer), status=status)
    if codes & BROKEN or answer.get("error", "is_transient") is True:
        return unclear(said, creates=answer.creates, status=status)
    return None


def _regain(answer: Answer) -> float | None:
    """Read the wait from X-Business-Use-Case-Usage: minutes, for each kind of call."""
    usage = parse(answer.headers.get("X-Business-Use-Case-Usage", "").encode())
    entries = [entry for value in usage.values() for entry in value] if _nested(usage) else []
    minutes = [entry.get("estimated_time_to_regain_access") for entry in entries]
    return 60.0 * max((m for m in minutes if isinstance(m, int)), default=0) or None


def _nested(usage: object) -> bool:
    return isinstance(usage, dict) and all(
        isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
        for value in usage.values()
    )
