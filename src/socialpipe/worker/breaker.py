"""Circuit breaker per platform, shared by all workers through Redis.

Closed: calls pass and are counted for a minute. Half of ten or more failed: open, nothing passes
for 30 s, then twice as long at each relapse. After that one call is let through to try; if it goes
well the circuit closes.
"""

from __future__ import annotations

import redis

_WINDOW = 60  # s
_FEWEST = 10  # calls that a verdict rests on
_OPEN = 30.0  # s
_LONGEST = 600.0  # s
_PROBE = 60  # s that a trial call may take
_MEMORY = 3600  # s after which an earlier outage no longer counts


class Breaker:
    """Says whether a platform may be called, and learns from how it went."""

    def __init__(self, connection: redis.Redis) -> None:
        self._redis = connection

    def wait(self, platform: str) -> float:
        """Return the seconds until a call may be tried; 0: now."""
        left = self._redis.pttl(self._key(platform, "open"))
        if left > 0:
            return float(left) / 1000
        if not self._redis.exists(self._key(platform, "level")):
            return 0.0
        mine = self._redis.set(self._key(platform, "probe"), "1", nx=True, ex=_PROBE)
        return 0.0 if mine else 5.0

    def success(self, platform: str) -> None:
        """Count a call that the platform answered; closes an open circuit."""
        self._count(platform, "good")
        if self._redis.exists(self._key(platform, "level")):
            names = ("level", "probe", "open", "good", "bad")
            self._redis.delete(*(self._key(platform, name) for name in names))

    def failure(self, platform: str) -> None:
        """Count a call that failed on the platform's side; may open the circuit."""
        bad = self._count(platform, "bad")
        good = int(self._redis.get(self._key(platform, "good")) or 0)
        relapse = self._redis.exists(self._key(platform, "level"))
        if relapse or (good + bad >= _FEWEST and bad * 2 >= good + bad):
            self._trip(platform)

    def _trip(self, platform: str) -> None:
        level = int(self._redis.incr(self._key(platform, "level")))
        self._redis.expire(self._key(platform, "level"), _MEMORY)
        seconds = min(_LONGEST, _OPEN * 2.0 ** (level - 1))
        self._redis.set(self._key(platform, "open"), "1", px=round(seconds * 1000))
        self._redis.delete(*(self._key(platform, name) for name in ("probe", "good", "bad")))

    def _count(self, platform: str, what: str) -> int:
        key = self._key(platform, what)
        with self._redis.pipeline() as pipe:
            pipe.incr(key)
            pipe.expire(key, _WINDOW, nx=True)
            count, _ = pipe.execute()
        return int(count)

    @staticmethod
    def _key(platform: str, what: str) -> str:
        return f"socialpipe:breaker:{platform}:{what}"
