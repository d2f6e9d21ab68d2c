"""What Threads, Facebook and Instagram have in common: errors, containers, images by address.

Codes: developers.facebook.com error reference (2026-06-02) and reports of answers seen in 2026.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from socialpipe.errors import (
    Duplicate,
    NotSent,
    PlatformError,
    Rejected,
    Throttled,
    Unauthorized,
    Unknown,
)
from socialpipe.model import Card, Json
from socialpipe.platforms.answer import CHANGE, RENEW, Answer, parse, tidy, unclear, wait
from socialpipe.platforms.base import Platform
from socialpipe.platforms.poll import wait_for

DEAD = {190, 102, 1404078}
SCOPE = {10, *range(200, 300)}
BUSY = {4, 9, 17, 32, 341, 613, 80001, 80002}
HASTY = {1390008}  # "too fast": wait at least an hour
TWICE = {506, 1366051}
NOT_READY = {4279009, 2207027}  # the container has not spread yet; publishing again works
MAYBE_LIVE = {2207051}  # "action blocked", also said about posts that went out
UNFETCHED = {2207003, 2207052, 2207032}  # its crawler could not get the image


class NotReady(NotSent):
    """The container exists, but cannot be published yet."""


class Graph(Platform):
    """A platform of Meta."""

    fetches_images = True

    def judge(self, answer: Answer) -> PlatformError | None:
        error = answer.get("error")
        if not isinstance(error, dict):
            return None
        code, subcode = error.get("code"), error.get("error_subcode")
        codes = {value for value in (code, subcode) if isinstance(value, int)}
        said = f"{self.title} says: {tidy(str(error.get('message')))}"
        return _special(codes, said, answer) or _usual(codes, said, answer)

    def container(self, owner: str, edge: str, fields: Mapping[str, str]) -> str:
        """Create a container, which nobody sees, and wait until it is ready to be published."""
        number = self.call("POST", f"/{owner}/{edge}", data=fields).id("id")
        if not self._ready(number):
            wait_for(lambda: self._ready(number))
        return number

    def _ready(self, container: str) -> bool:
        answer = self.call("GET", f"/{container}", params={"fields": self.status_fields})
        status = answer.word("status_code") or answer.word("status")
        if status in {"ERROR", "EXPIRED"}:
            why = tidy(answer.word("error_message") or answer.word("status"))
            raise Rejected(f"{self.title} cannot use the media: {why}.", CHANGE)
        return status in {"FINISHED", "PUBLISHED"}

    status_fields = "status,error_message"

    def release(self, owner: str, edge: str, container: str) -> str:
        """Publish a container; while it is not ready, that creates nothing and is repeated."""
        made: list[str] = []

        def publish() -> bool:
            fields = {"creation_id": container}
            try:
                made.append(
                    self.call("POST", f"/{owner}/{edge}", creates=True, data=fields).id("id")
                )
            except NotReady:
                return False
            return True

        if publish() or wait_for(publish):
            return made[0]
        raise NotSent(f"{self.title} has not processed the media yet.")

    def permalink(self, post: str) -> str | None:
        """Ask for the address of a post; a failure says nothing about the post."""
        try:
            return self.call("GET", f"/{post}", params={"fields": "permalink"}).link("permalink")
        except PlatformError:
            return None

    def upload(self, card: Card) -> Json:
        return {"url": self.public_url(card)}


def _special(codes: set[int], said: str, answer: Answer) -> PlatformError | None:
    status = answer.status
    if codes & NOT_READY or {24, 2207006} <= codes:
        return NotReady(said, status=status)
    if codes & MAYBE_LIVE:
        return Unknown(said, status=status) if answer.creates else NotSent(said, status=status)
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
    if codes & {1, 2} or answer.get("error", "is_transient") is True:
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


def attached(numbers: list[str]) -> dict[str, str]:
    """Write media ids as Facebook's form wants them."""
    return {
        f"attached_media[{n}]": json.dumps({"media_fbid": number})
        for n, number in enumerate(numbers)
    }
