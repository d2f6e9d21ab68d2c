"""What a network answered, and which outcome that is."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from socialpipe.errors import (
    NotSent,
    PlatformError,
    Rejected,
    Throttled,
    Unauthorized,
    Unknown,
)

LONGEST_WAIT = 7 * 86_400.0  # a longer one is a mistake of the server
EPOCH = 1_000_000_000  # a greater number of seconds is a date, a smaller one a wait
TRANSIENT = {408, 425}  # the server says itself that it has not taken the request in
RENEW = "Give the channel a new credential, then resume it."
CHANGE = "Change the post or the settings of the channel, then retry."


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `creates`: whether the call, if taken, has made something."""

    status: int
    headers: Mapping[str, str]  # names of any case
    content: bytes = field(repr=False)
    creates: bool
    host: str
    json: Any = field(repr=False, default=None)

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    def get(self, *path: str | int) -> Any:
        """Look up `path` in the JSON body; None where there is none."""
        return dig(self.json, *path)

    def items(self, *path: str | int) -> list[Any]:
        """Take the list at `path`; raises as `id` does."""
        value = self.get(*path)
        return value if isinstance(value, list) else self.unclear()

    def id(self, *path: str | int) -> str:
        """Take the identifier at `path`.

        Raises Unknown (a creating call) or NotSent where the body has none.
        """
        value = self.get(*path)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value and value.isprintable():
            return value
        return self.unclear()

    def word(self, *path: str | int) -> str:
        """Take a text or number at `path` as text; "" where there is none."""
        return word(self.json, *path)

    def number(self, *path: str | int) -> int | None:
        """Take the count at `path`; None where there is none."""
        return number(self.json, *path)

    def link(self, *path: str | int) -> str | None:
        """Take the web address at `path`; None where there is none."""
        return link(self.json, *path)

    def unclear(self) -> NoReturn:
        """Raise what follows from an answer that cannot be understood."""
        raise unclear(
            f"{self.host} answered {self.status} with something else than its API promises.",
            creates=self.creates,
        )


def dig(value: Any, *path: str | int) -> Any:
    """Look up `path` in parsed JSON of any shape; None where it leads nowhere."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def word(value: Any, *path: str | int) -> str:
    """Look up a text or number as text; "" where there is none."""
    found = dig(value, *path)
    return str(found) if isinstance(found, (str, int)) else ""


def number(value: Any, *path: str | int) -> int | None:
    """Look up a count; None for all else."""
    found = dig(value, *path)
    counts = isinstance(found, int) and not isinstance(found, bool) and found >= 0
    return found if counts else None


def link(value: Any, *path: str | int) -> str | None:
    """Look up a web address; None for all else, since people will click on it."""
    found = dig(value, *path)
    safe = isinstance(found, str) and found.startswith(("https://", "http://"))
    return found if safe else None


def parse(content: bytes) -> Any:
    """JSON, or None."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def unclear(what: str, *, creates: bool, status: int | None = None) -> PlatformError:
    """Name a call without a definite answer: Unknown where it creates, else safe to repeat."""
    if creates:
        return Unknown(what, "Look whether the post is out before trying again.", status=status)
    return NotSent(what, status=status)


def unless_said(answer: Answer, name: str, value: object) -> PlatformError | None:
    """Name what follows from a good status whose body does not say `value` of `name`; else None.

    A body that is no object is left to those who read it.
    """
    found = answer.get(name)
    if answer.status >= 300 or not isinstance(answer.json, dict):
        return None
    if type(found) is type(value) and found == value:
        return None
    what = f"{answer.host} answered {answer.status} without saying that it went well."
    return unclear(what, creates=answer.creates, status=answer.status)


def verdict(answer: Answer) -> PlatformError | None:
    """Name the outcome that the status says; None: it went well."""
    status, reason = answer.status, _reason(answer)
    said = f"{answer.host} answered {status}{': ' if reason else ''}{reason}".rstrip(".") + "."
    if 200 <= status < 300:
        return None
    if status == 429 or (status == 503 and "Retry-After" in answer.headers):
        return Throttled(said, seconds=wait(answer), status=status)
    if 300 <= status < 500:
        return _refusal(said, status)
    return unclear(said, creates=answer.creates, status=status)


def _refusal(said: str, status: int) -> PlatformError:
    if status < 400:
        fix = "Redirects are not followed: check the channel's api_base (https, exact host)."
        return Rejected(f"{said} It redirects elsewhere.", fix, status=status)
    if status in TRANSIENT:
        return NotSent(said, status=status)
    if status == 401:
        return Unauthorized(said, RENEW, status=status)
    return Rejected(said, CHANGE, status=status)


# ── how long to wait ───────────────────────────────────────────────────────────────────────────


def wait(answer: Answer) -> float | None:
    """Seconds that the network asks to wait; None: it names no time.

    Retry-After is seconds or a date (RFC 9110). Bodies: Telegram `parameters.retry_after`,
    Discord `retry_after`, Matrix `retry_after_ms`; the longer of header and body counts. Else the
    reset of the window: X epoch, Mastodon ISO time, GoToSocial epoch, Bluesky epoch, Reddit
    seconds, Discord `-After` seconds (platform documentation as of 2026-11).
    """
    now = _date(answer.headers.get("Date", "")) or datetime.now(UTC).timestamp()
    asked = [seconds for seconds in _asked(answer, now) if seconds is not None]
    resets = (_seconds(answer.headers.get(name), now) for name in _RESETS)
    if asked:
        return max(asked)
    return next((seconds for seconds in resets if seconds is not None), None)


def spent(answer: Answer) -> float | None:
    """Seconds until calls are allowed again, if this answer says that none is left; else None."""
    left = [answer.headers.get(name) for name in _LEFT]
    if not any(_number(text) == 0 for text in left if text is not None):
        return None
    return wait(answer)


_LEFT = ("X-Rate-Limit-Remaining", "X-RateLimit-Remaining", "RateLimit-Remaining")
_RESETS = ("X-RateLimit-Reset-After", "X-Rate-Limit-Reset", "X-RateLimit-Reset", "RateLimit-Reset")


def _asked(answer: Answer, now: float) -> Iterator[float | None]:
    yield _seconds(answer.headers.get("Retry-After"), now)
    yield _seconds(answer.get("parameters", "retry_after"), now)
    yield _seconds(answer.get("retry_after"), now)
    milliseconds = _seconds(answer.get("retry_after_ms"), 0)
    yield None if milliseconds is None else milliseconds / 1000


def _seconds(value: object, now: float) -> float | None:
    """Read a wait from seconds, an epoch, an ISO time or an HTTP date."""
    if value is None or isinstance(value, bool):
        return None
    text = str(value).strip()
    number = _number(text)
    if number is None:
        at = _date(text)
        if at is None:
            return None
        number = at - now
    elif number > EPOCH:
        number -= now
    return min(max(number, 0.0), LONGEST_WAIT)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _date(text: str) -> float | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    return None


# ── why, in the network's words ────────────────────────────────────────────────────────────────

_WORDS = (  # the first one found; networks differ in where they put the sentence
    ("error", "error_user_msg"),
    ("error", "message"),
    ("errors", 0, "message"),
    ("errors", 0, "detail"),
    ("detail",),
    ("description",),
    ("error_description",),
    ("message",),
    ("msg",),
    ("errorMessage",),
    ("error", "code"),
    ("error",),
    ("title",),
)


def _reason(answer: Answer) -> str:
    for path in _WORDS:
        words = answer.get(*path)
        if isinstance(words, str) and words.strip():
            return tidy(words)
    return ""


def tidy(words: str) -> str:
    """One line of at most 300 characters, without addresses: these may hold a token."""
    plain = re.sub(r"\w+://\S+", "(address)", words)
    return " ".join("".join(c if c.isprintable() else " " for c in plain).split())[:300]


def hide(words: str, secrets: Iterable[str]) -> str:
    """`words` with every secret blotted out."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        words = words.replace(secret, "•••")
    return words
