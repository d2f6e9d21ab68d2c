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


# One call to Redis each, for there are some before and after every publication.
_WAIT = """
local left = redis.call('PTTL', KEYS[1])
if left > 0 then return left end
if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
if redis.call('SET', KEYS[3], '1', 'NX', 'EX', ARGV[1]) then return 0 end
return 5000
"""
_SUCCESS = """
redis.call('INCRBY', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[1], 'NX')
if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('DEL', unpack(KEYS)) end
"""


class Breaker:
    """Says whether a platform may be called, and learns from how it went."""

    def __init__(self, connection: redis.Redis) -> None:
        self._redis = connection
        self._wait = connection.register_script(_WAIT)
        self._success = connection.register_script(_SUCCESS)

    def wait(self, platform: str) -> float:
        """Return the seconds until a call may be tried; 0: now."""
        keys = [self._key(platform, name) for name in ("open", "level", "probe")]
        return int(self._wait(keys=keys, args=[_PROBE])) / 1000

    def troubled(self, platform: str) -> bool:
        """Whether the circuit is open or on trial; the trial call is left to others."""
        return bool(self._redis.exists(*(self._key(platform, name) for name in ("open", "level"))))

    def left(self, platform: str) -> float:
        """Return how many seconds an open circuit stays so; asks only, and takes no trial call."""
        return max(0, int(self._redis.pttl(self._key(platform, "open")))) / 1000

    def success(self, platform: str, calls: int = 1) -> None:
        """Count calls that the platform answered; closes an open circuit."""
        keys = [self._key(platform, name) for name in ("good", "level", "probe", "open", "bad")]
        self._success(keys=keys, args=[_WINDOW, calls])

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
