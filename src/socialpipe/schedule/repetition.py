"""Whose turn it is: evergreen posts for free slots, variants of one text in turn. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Evergreen:
    """A post that may fill a free slot again once its cooldown is over, `most` times in all."""

    id: int
    cooldown: timedelta
    most: int
    times: int = 0  # how often it was used
    last_at: datetime | None = None
    worth: float = 0.0  # how much above its channel's posts it did; see `engagement.worth`

    def may(self, at: datetime) -> bool:
        """Whether it may be used at `at`."""
        rested = self.last_at is None or at - self.last_at >= self.cooldown
        return rested and self.times < self.most


def choose(candidates: Iterable[Evergreen], at: datetime) -> Evergreen | None:
    """Return whose turn it is among those that may be used, if any.

    What was never used comes first, so that it gets numbers; then what people reacted to most;
    among equals, and where no network tells numbers, what was used longest ago. Cooldowns keep the
    best one from taking every slot.
    """
    able = [one for one in candidates if one.may(at)]
    never = datetime.min.replace(tzinfo=at.tzinfo)
    return min(
        able,
        key=lambda one: (one.last_at is not None, -one.worth, one.last_at or never, one.id),
        default=None,
    )


def turn(n: int, variants: int) -> tuple[int, bool]:
    """Return which variant the n-th use (from 0) takes, and whether an earlier one had it."""
    return n % variants, n >= variants
