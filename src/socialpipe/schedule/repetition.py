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

    def may(self, at: datetime) -> bool:
        """Whether it may be used at `at`."""
        rested = self.last_at is None or at - self.last_at >= self.cooldown
        return rested and self.times < self.most


def choose(candidates: Iterable[Evergreen], at: datetime) -> Evergreen | None:
    """Return the one that was used longest ago (never used comes first), if any may be used."""
    able = [one for one in candidates if one.may(at)]
    return min(
        able,
        key=lambda one: (one.last_at or datetime.min.replace(tzinfo=at.tzinfo), one.id),
        default=None,
    )


def turn(n: int, variants: int) -> tuple[int, bool]:
    """Return which variant the n-th use (from 0) takes, and whether an earlier one had it."""
    return n % variants, n >= variants
