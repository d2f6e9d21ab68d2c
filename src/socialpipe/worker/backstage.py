"""Redis for people who look: the rate budgets and breakers, read and never changed."""

from __future__ import annotations

from collections.abc import Iterator
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

    def breaker(self, platform: str) -> float:
        """Return for how many seconds calls to a platform are paused; raises TryAgain."""
        with _reached():
            return self._breaker.left(platform)

    def budgets(self, channel: Channel) -> list[Spent]:
        """Return how much of each rate budget of a channel is used up; raises TryAgain."""
        found = []
        with _reached():
            for rate in registry.load(channel.platform).rates:
                bucket = bucket_of(channel, rate)
                found.append(Spent(bucket.count, bucket.period, self._budget.spent(bucket)))
        return found


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except redis.RedisError:
        raise TryAgain("Redis cannot be reached.", "Start it: socialpipe up") from None
