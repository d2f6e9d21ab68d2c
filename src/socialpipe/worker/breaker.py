"""Circuit breaker per platform, shared by all workers through Redis.

Closed: calls pass and are counted for a minute. Half of ten or more failed: open, nothing passes
for 30 s, then twice as long at each relapse. After that one call is let through to try; if it goes
well the circuit closes.
"""

from __future__ import annotations

from collections.abc import Iterable

import redis

_WINDOW = 60  # s
_FEWEST = 10  # calls that a verdict rests on
_OPEN = 30.0  # s
_LONGEST = 600.0  # s
_PROBE = 20  # s; a trial call that takes longer, or whose worker died, is not the only one
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
# What fails while the circuit is open was begun before: it is no relapse.
_FAILURE = """
if redis.call('EXISTS', KEYS[4]) == 1 then return end
local bad = redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[1], 'NX')
local all = bad + tonumber(redis.call('GET', KEYS[2]) or 0)
local fails = all >= tonumber(ARGV[2]) and bad * 2 >= all
if not fails and redis.call('EXISTS', KEYS[3]) == 0 then return end
local level = redis.call('INCR', KEYS[3])
redis.call('EXPIRE', KEYS[3], ARGV[5])
local open = math.min(tonumber(ARGV[4]), tonumber(ARGV[3]) * 2 ^ (level - 1))
redis.call('SET', KEYS[4], '1', 'PX', string.format('%d', open))
redis.call('DEL', KEYS[1], KEYS[2], KEYS[5])
"""


class Breaker:
    """Says whether a platform may be called, and learns from how it went."""

    def __init__(self, connection: redis.Redis) -> None:
        self._redis = connection
        self._wait = connection.register_script(_WAIT)
        self._success = connection.register_script(_SUCCESS)
        self._failure = connection.register_script(_FAILURE)

    def wait(self, platform: str) -> float:
        """Return the seconds until a call may be tried; 0: now."""
        keys = [self._key(platform, name) for name in ("open", "level", "probe")]
        return int(self._wait(keys=keys, args=[_PROBE])) / 1000

    def troubled(self, platform: str) -> bool:
        """Whether the circuit is open or on trial; the trial call is left to others."""
        return bool(self._redis.exists(*(self._key(platform, name) for name in ("open", "level"))))

    def left(self, platforms: Iterable[str]) -> dict[str, float]:
        """Return how many seconds open circuits stay so; asks only, and takes no trial call."""
        names = list(platforms)
        with self._redis.pipeline(transaction=False) as pipe:
            for name in names:
                pipe.pttl(self._key(name, "open"))
            return {n: max(0, int(t)) / 1000 for n, t in zip(names, pipe.execute(), strict=True)}

    def success(self, platform: str, calls: int = 1) -> None:
        """Count calls that the platform answered; closes an open circuit."""
        keys = [self._key(platform, name) for name in ("good", "level", "probe", "open", "bad")]
        self._success(keys=keys, args=[_WINDOW, calls])

    def failure(self, platform: str) -> None:
        """Count a call that failed on the platform's side; may open the circuit."""
        keys = [self._key(platform, name) for name in ("bad", "good", "level", "open", "probe")]
        terms = (_WINDOW, _FEWEST, round(_OPEN * 1000), round(_LONGEST * 1000), _MEMORY)
        self._failure(keys=keys, args=terms)

    @staticmethod
    def _key(platform: str, what: str) -> str:
        return f"socialpipe:breaker:{platform}:{what}"
