"""What a plan asks of a channel, against what the channel may publish in a day. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from socialpipe.model import Rate

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Excess:
    """A day with more deliveries than the channel may publish; those from `since` on."""

    day: date
    count: int
    limit: int
    since: datetime
    zone: tzinfo = UTC  # whose day it is

    def __str__(self) -> str:
        return (
            f"This plan exceeds the limit of {self.limit} posts a day on {self.day:%A}, "
            f"{self.day.isoformat()} ({self.zone}): {self.count} are due."
        )


def excesses(due: Iterable[datetime], per_day: int, zone: tzinfo = UTC) -> list[Excess]:
    """Return the days of one channel's plan on which more than `per_day` deliveries are due.

    Days are those of `zone`; a network's own day may begin at another hour.
    """
    days: defaultdict[date, list[datetime]] = defaultdict(list)
    for at in due:
        days[at.astimezone(zone).date()].append(at)
    return [
        Excess(day, len(times), per_day, sorted(times)[per_day], zone)
        for day, times in sorted(days.items())
        if len(times) > per_day
    ]


def per_day(rates: Iterable[Rate], ours: int) -> int:
    """Return how many posts a day a channel gets out: by the network's rates and our own limit."""
    return min([ours, *(rate.count for rate in rates if rate.period == _DAY)])
