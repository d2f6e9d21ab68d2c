"""How many requests a token may make: a bucket that refills steadily, in each process."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil

_WINDOW = 60  # s
_MOST = 10_000  # callers remembered; who is forgotten begins with a full bucket


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left to a caller after a request."""

    allowed: bool
    limit: int
    left: int
    wait: int  # s until one more is allowed; 0: now

    @property
    def headers(self) -> Mapping[str, str]:
        """Tell it as draft-ietf-httpapi-ratelimit-headers-10 (2025-09) does."""
        told = {
            "RateLimit-Policy": f'"token";q={self.limit};w={_WINDOW}',
            "RateLimit": f'"token";r={self.left};t={self.wait}',
        }
        return told if self.allowed else {**told, "Retry-After": str(self.wait)}


class Pace:
    """Counts the requests of each caller."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = per_minute
        self._rate = per_minute / _WINDOW
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> Standing:
        """Count a request; who has none left is refused."""
        now = self._clock()
        full, since = self._buckets.pop(caller, (float(self._limit), now))
        full = min(self._limit, full + (now - since) * self._rate)
        allowed = full >= 1
        full -= allowed
        self._buckets[caller] = (full, now)
        if len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)
        wait = 0 if full >= 1 else ceil((1 - full) / self._rate)
        return Standing(allowed, self._limit, int(full), wait)
