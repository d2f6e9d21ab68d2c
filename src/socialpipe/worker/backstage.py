"""Redis for people who look: the rate budgets and breakers, read and never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import redis

from socialpipe.checkup import Spent
from socialpipe.errors import TryAgain
from socialpipe.model import Channel
from socialpipe.platforms import registry
from socialpipe.settings import Settings
from socialpipe.worker import broker
from socialpipe.worker.breaker import Breaker
from socialpipe.worker.budget import Budget
from socialpipe.worker.traffic import bucket_of


class RedisBackstage:
    """See `checkup.Backstage`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        connection = broker.client(settings)
        self._budget = Budget(connection)
        self._breaker = Breaker(connection)

    def version(self) -> str:
        """Return the broker's version; raises TryAgain."""
        return broker.check(self._settings)

    def breakers(self, platforms: Iterable[str]) -> dict[str, float]:
        """Return for how many seconds calls to platforms are paused; raises TryAgain."""
        with _reached():
            return self._breaker.left(platforms)

    def budgets(self, channels: Iterable[Channel]) -> dict[int, list[Spent]]:
        """Return how much of the rate budgets of channels, by id, is used up; raises TryAgain."""
        buckets = [
            (channel.id, bucket_of(channel, rate))
            for channel in channels
            for rate in registry.load(channel.platform).rates
        ]
        with _reached():
            shares = self._budget.spent([bucket for _, bucket in buckets])
        found: dict[int, list[Spent]] = {}
        for (key, bucket), share in zip(buckets, shares, strict=True):
            found.setdefault(key, []).append(Spent(bucket.count, bucket.period, share))
        return found


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except redis.RedisError:
        raise TryAgain("Redis cannot be reached.", "Start it: socialpipe up") from None
