"""Rate budgets in Redis: a generic cell rate algorithm over several keys, all or nothing.

Every key has a theoretical arrival time (TAT). A post moves it on by `period / count`; it may be
ahead of the clock by one whole period, which is the burst that a network allows. The clock is
Redis's own, so that hosts need not agree on theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import redis

_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local posts = tonumber(ARGV[1])
local wait = 0
local moved = {}
for i, key in ipairs(KEYS) do
  local step = tonumber(ARGV[2 * i])
  local burst = tonumber(ARGV[2 * i + 1])
  local tat = math.max(tonumber(redis.call('GET', key) or '0'), now)
  moved[i] = tat + step * posts
  wait = math.max(wait, math.min(moved[i], tat + burst) - burst - now)
end
if wait > 0 then return math.ceil(wait) end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', moved[i]), 'PX', math.ceil(moved[i] - now) + 1000)
end
return 0
"""

_BLOCK = """
local time = redis.call('TIME')
local free = time[1] * 1000 + time[2] / 1000 + tonumber(ARGV[1]) + tonumber(ARGV[2])
if free > tonumber(redis.call('GET', KEYS[1]) or '0') then
  redis.call('SET', KEYS[1], string.format('%.0f', free), 'PX', ARGV[1] + ARGV[2] + 1000)
end
return 0
"""


@dataclass(frozen=True, slots=True)
class Bucket:
    """At most `count` posts in `period` seconds, for whatever `key` names."""

    key: str
    count: int
    period: float

    @property
    def step(self) -> float:
        """Milliseconds that one post costs."""
        return self.period * 1000 / self.count

    @property
    def burst(self) -> float:
        """Milliseconds that the budget may run ahead."""
        return self.period * 1000


class Budget:
    """Takes from buckets that all workers share."""

    def __init__(self, connection: redis.Redis) -> None:
        self._redis = connection
        self._take = connection.register_script(_TAKE)
        self._block = connection.register_script(_BLOCK)

    def take(self, buckets: Sequence[Bucket], posts: int) -> float:
        """Take `posts` from every bucket, or nothing; return the seconds to wait (0: taken)."""
        return self.take_each([(buckets, posts)])[0]

    def take_each(self, asked: Sequence[tuple[Sequence[Bucket], int]]) -> list[float]:
        """Take for several at once, each on its own, in one talk with Redis."""
        with self._redis.pipeline(transaction=False) as pipe:
            for buckets, posts in asked:
                flat = [value for bucket in buckets for value in (bucket.step, bucket.burst)]
                self._take([bucket.key for bucket in buckets], [posts, *flat], client=pipe)
            return [int(wait) / 1000 for wait in pipe.execute()]

    def spent(self, buckets: Sequence[Bucket]) -> list[float]:
        """Return how much of each bucket is used up now: from 0 to 1."""
        if not buckets:
            return []
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.time()
            pipe.mget([bucket.key for bucket in buckets])
            (seconds, micros), times = pipe.execute()
        now = seconds * 1000 + micros / 1000
        pairs = zip(times, buckets, strict=True)
        ahead = ((float(tat or 0) - now) / bucket.burst for tat, bucket in pairs)
        return [min(1.0, max(0.0, share)) for share in ahead]

    def block(self, bucket: Bucket, seconds: float) -> None:
        """Let nothing more out of a bucket for so long: the network said so itself."""
        self._block(keys=[bucket.key], args=[round(seconds * 1000), round(bucket.burst)])
