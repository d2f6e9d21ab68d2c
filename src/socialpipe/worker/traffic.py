"""Rate budgets and circuit breakers, as the pipeline asks for them."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Sequence

import redis

from socialpipe.engine import Refusal, Wish
from socialpipe.errors import NotSent, PlatformError, Throttled, Unknown
from socialpipe.model import Channel, Rate, Scope
from socialpipe.worker.breaker import Breaker
from socialpipe.worker.budget import Bucket, Budget

log = logging.getLogger(__name__)

_TROUBLE = 300.0  # s: numbers can wait, the trial call of a publication cannot


class RedisTraffic:
    """One Redis for all workers; without it everything passes: a budget must not stop the show."""

    def __init__(self, connection: redis.Redis) -> None:
        self._budget = Budget(connection)
        self._breaker = Breaker(connection)

    def ask(self, asked: Sequence[Wish]) -> list[Refusal | None]:
        """Take the rights to publish; see `engine.Traffic`."""
        try:
            refused = self._in_trouble(asked)
            left = [wish for wish, no in zip(asked, refused, strict=True) if not no]
            spent = iter(self._spent(left))
            return [no or next(spent) for no in refused]
        except redis.RedisError as error:
            log.warning("rate budgets cannot be asked: %s", error)
            return [None] * len(asked)

    def _in_trouble(self, asked: Sequence[Wish]) -> list[Refusal | None]:
        platforms = {wish.channel.platform for wish in asked}
        troubled = {name for name in platforms if self._breaker.troubled(name)}
        refused: list[Refusal | None] = []
        for name in (wish.channel.platform for wish in asked):
            # One by one: of a platform on trial a single call is let through.
            wait = self._breaker.wait(name) if name in troubled else 0.0
            refused.append(
                Refusal(f"{name} is in trouble: calls are paused", wait) if wait else None
            )
        return refused

    def _spent(self, asked: Sequence[Wish]) -> list[Refusal | None]:
        if not asked:
            return []
        buckets = [
            ([*(bucket_of(channel, rate) for rate in rates), _gate(channel)], posts)
            for channel, rates, posts in asked
        ]
        waits = self._budget.take_each(buckets)
        return [
            Refusal(f"the rate budget of {wish.channel.name} is spent", wait) if wait else None
            for wish, wait in zip(asked, waits, strict=True)
        ]

    def ask_to_read(self, channel: Channel, calls: int) -> Refusal | None:
        """Take the right to read from a budget of its own; see `pipeline.Traffic`."""
        try:
            if self._breaker.troubled(channel.platform):
                return Refusal(f"{channel.platform} is in trouble: publications go first", _TROUBLE)
            if wait := self._budget.take([_readings(channel), _gate(channel)], calls):
                return Refusal(f"enough was read of {channel.name} for now", wait)
        except redis.RedisError as error:
            log.warning("rate budgets cannot be asked: %s", error)
        return None

    def saw(self, channel: Channel, wait: float) -> None:
        """Let nothing more out on this channel for `wait` seconds."""
        try:
            self._budget.block(_gate(channel), wait)
        except redis.RedisError as error:
            log.warning("rate budgets cannot be told: %s", error)

    def heard(self, outcomes: Sequence[tuple[Channel, PlatformError | None]]) -> None:
        """Count outcomes for the platforms' circuit breakers; a throttle shuts the channel."""
        good: Counter[str] = Counter()
        try:
            for channel, outcome in outcomes:
                if isinstance(outcome, Throttled) and outcome.seconds is not None:
                    self.saw(channel, outcome.seconds)
                if isinstance(outcome, NotSent | Unknown):
                    self._breaker.failure(channel.platform)
                else:
                    good[channel.platform] += 1
            for platform, calls in good.items():
                self._breaker.success(platform, calls)
        except redis.RedisError as error:
            log.warning("the circuit breaker cannot be told: %s", error)


def bucket_of(channel: Channel, rate: Rate) -> Bucket:
    """Name the budget that a rate of a network means for a channel."""
    owner = {
        Scope.CHANNEL: f"channel:{channel.id}",
        Scope.APP: f"app:{channel.platform}:{_app(channel)}",
        Scope.PLATFORM: f"platform:{channel.platform}",
    }[rate.scope]
    period = rate.period.total_seconds()
    return Bucket(f"socialpipe:rate:{owner}:{period:g}", rate.count, period)


def _readings(channel: Channel) -> Bucket:
    """Name the budget of readings: a small share of what any network lets an account call.

    Mastodon has the least that publications share: 300 calls in five minutes
    (docs.joinmastodon.org/api/rate-limits). That leaves them 280.
    """
    return Bucket(f"socialpipe:read:channel:{channel.id}", 20, 300.0)


def _gate(channel: Channel) -> Bucket:
    """Name a bucket that is never empty by itself: the network's own words shut it."""
    return Bucket(f"socialpipe:rate:channel:{channel.id}:gate", 1_000, 1.0)


def _app(channel: Channel) -> str:
    """Channels with the same address and app share an app's budget."""
    name = f"{channel.api_base}|{channel.settings.get('app', '')}"
    return hashlib.sha256(name.encode()).hexdigest()[:12]
