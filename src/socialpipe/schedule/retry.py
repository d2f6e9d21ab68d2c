"""When to try again: one pure policy for every failure that proves nothing was created."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

_THROTTLE_DEFAULT = 60.0  # s, when a network says "too fast" and names no time
_SPREAD = 0.1  # a named time is met up to 10 % late, so that many do not return at once


@dataclass(frozen=True, slots=True)
class Backoff:
    """Full jitter: attempt n waits a uniform share of min(cap, base x 2^n), in seconds."""

    base: float
    cap: float

    def wait(self, attempt: int, chance: float, *, at_least: float = 0.0) -> timedelta:
        """Return the wait after failed attempt `attempt` (from 1); `chance` is in [0, 1)."""
        full: float = min(self.cap, self.base * 2.0 ** min(attempt, 60))
        return timedelta(seconds=max(full * chance, at_least))


def after_throttle(seconds: float | None, chance: float) -> timedelta:
    """Return the wait that a network asked for, as a floor, and a little spread on top."""
    asked = _THROTTLE_DEFAULT if seconds is None else max(seconds, 0.0)
    return timedelta(seconds=asked * (1 + _SPREAD * chance))
