"""Faults: what a network may do to a call, switched on for the next calls that match."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

from socialpipe.errors import UsageError
from socialpipe.simulator.wire import Request, html


class Kind(StrEnum):
    """What goes wrong."""

    THROTTLE = "throttle"  # 429 that names `seconds` to wait, in the network's own way
    ERROR = "error"  # 500, nothing accepted
    ERROR_AFTER = "error_after"  # accepted, then a gateway's 502
    DROP = "drop"  # accepted, then the connection is closed without an answer
    SLOW = "slow"  # waits `seconds`, then accepts
    HOLD = "hold"  # accepts, then waits `seconds` before it answers
    REVOKE = "revoke"  # the call's token is refused from now on
    GARBAGE = "garbage"  # 200 with a web page, nothing accepted
    CUT = "cut"  # accepted, but only the first half of the text
    PROCESSING = "processing"  # an uploaded image is ready only after `seconds`


class Scope(StrEnum):
    """Which calls a fault may hit."""

    CREATE = "create"  # those that publish; `processing`: those that upload
    ANY = "any"


GATEWAY = html("<html><body><h1>502 Bad Gateway</h1></body></html>", 502)
GARBAGE = html("<!DOCTYPE html><html><body>Checking your browser …</body></html>")


@dataclass(frozen=True, slots=True)
class Fault:
    """`count` calls of `platform` that mention `match` (None: all) go wrong."""

    platform: str
    kind: Kind
    count: int = 1
    seconds: float = 0.0
    match: str | None = None
    on: Scope = Scope.CREATE

    def __post_init__(self) -> None:
        if self.count < 1:
            raise UsageError(f"A fault cannot happen {self.count} times.", "Give 1 or more.")
        if not 0 <= self.seconds < 86_400:
            raise UsageError(f"{self.seconds} s is no wait.", "Give 0 up to a day.")

    @property
    def wait(self) -> int:
        """Whole seconds that a throttled caller is told to wait."""
        return max(1, math.ceil(self.seconds))

    def hits(self, request: Request, token: str, *, creates: bool, uploads: bool) -> bool:
        """Whether this fault is meant for this call."""
        wanted = uploads if self.kind is Kind.PROCESSING else creates or self.on is Scope.ANY
        if not wanted or self.match is None:
            return wanted
        return request.mentions(self.match) or (self.kind is Kind.REVOKE and self.match == token)


class Faults:
    """The faults still to happen, oldest first. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[tuple[Fault, int]] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append((fault, fault.count))

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[tuple[Fault, int]]:
        """Each fault with how often it is still to happen."""
        with self._lock:
            return list(self._waiting)

    def take(
        self, platform: str, request: Request, token: str, *, creates: bool, uploads: bool
    ) -> Fault | None:
        """Use up one occurrence of the first fault that is meant for this call."""
        with self._lock:
            for place, (fault, left) in enumerate(self._waiting):
                if fault.platform == platform and fault.hits(
                    request, token, creates=creates, uploads=uploads
                ):
                    self._waiting[place : place + 1] = [(fault, left - 1)] if left > 1 else []
                    return fault
        return None


def parse_kind(name: str) -> Kind:
    """Read a fault's name; raises UsageError."""
    try:
        return Kind(name)
    except ValueError:
        raise UsageError(
            f"There is no fault {name!r}.", f"Take one of: {', '.join(Kind)}."
        ) from None


def parse(text: str) -> Fault:
    """Read PLATFORM:FAULT[:COUNT[:SECONDS]]; raises UsageError."""
    platform, _, rest = text.partition(":")
    kind, _, rest = rest.partition(":")
    count, _, seconds = rest.partition(":")
    try:
        return Fault(platform, parse_kind(kind), int(count or 1), float(seconds or 0))
    except ValueError:
        raise UsageError(
            f"{text!r} is no fault.", "Write PLATFORM:FAULT[:COUNT[:SECONDS]], as mastodon:drop:1."
        ) from None
