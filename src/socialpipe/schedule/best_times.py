"""When a channel's posts do best, by its own history. Pure.

The level of an hour of the week is drawn to what its weekday and its hour of day say, and those to
the mean of all posts; see `engagement`. So a single good Tuesday at nine suggests little.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import expm1
from typing import TypeVar
from zoneinfo import ZoneInfo

from socialpipe.errors import Refused
from socialpipe.schedule.engagement import level, mean, shrunk

FEWEST_POSTS = 20
FEWEST_HOURS = 4  # of the week, different ones: else there is nothing to compare
_NOTICEABLE = 0.02  # a smaller gain is noise

_Key = TypeVar("_Key")
Hour = tuple[int, int]  # weekday (0 is Monday), hour of the day


@dataclass(frozen=True, slots=True)
class Sample:
    """A post: when it went out, and its interactions after about a day."""

    at: datetime
    interactions: int


@dataclass(frozen=True, slots=True)
class BestTime:
    """An hour of the week in the channel's zone. `gain`: 0.25 is a quarter above its mean."""

    weekday: int
    hour: int
    gain: float
    posts: int  # that went out in that hour


@dataclass(frozen=True, slots=True)
class Advice:
    """The best hours first; none where no hour stands out. `posts`: how many it rests on."""

    posts: int
    hours: int
    times: tuple[BestTime, ...]


def best_times(samples: Collection[Sample], zone: str, most: int = 5) -> Advice:
    """Say in which hours of the week posts did better than the mean.

    Raises Refused when there is too little to tell.
    """
    cells = _by(samples, zone, lambda hour: hour)
    _check_enough(len(samples), len(cells))
    estimates = _levels(cells, samples, zone)
    usual = mean([level(one.interactions) for one in samples])
    found = [BestTime(*at, expm1(estimates[at] - usual), len(cells[at])) for at in cells]
    better = [one for one in found if one.gain >= _NOTICEABLE]
    better.sort(key=lambda one: (-one.gain, one.weekday, one.hour))
    return Advice(len(samples), len(cells), tuple(better[:most]))


def _check_enough(posts: int, hours: int) -> None:
    if posts < FEWEST_POSTS:
        raise Refused(
            f"{posts} measured posts are too few to tell a best time: {FEWEST_POSTS} are needed.",
            "Publish more; numbers are read back a day after each post.",
        )
    if hours < FEWEST_HOURS:
        raise Refused(
            f"All {posts} posts went out in {hours} hours of the week: nothing to compare.",
            f"Publish at other times too: {FEWEST_HOURS} different ones are needed.",
        )


def _levels(
    cells: Mapping[Hour, list[float]], samples: Collection[Sample], zone: str
) -> dict[Hour, float]:
    """Estimate the level of every hour of the week that was tried."""
    usual = mean([level(one.interactions) for one in samples])
    days = _by(samples, zone, lambda hour: hour[0])
    hours = _by(samples, zone, lambda hour: hour[1])
    out = {}
    for (weekday, hour), levels in cells.items():
        prior = shrunk(days[weekday], usual) + shrunk(hours[hour], usual) - usual
        out[weekday, hour] = shrunk(levels, prior)
    return out


def _by(
    samples: Collection[Sample], zone: str, key: Callable[[Hour], _Key]
) -> dict[_Key, list[float]]:
    """Gather the levels of all posts by something about their hour."""
    found: dict[_Key, list[float]] = defaultdict(list)
    for one in samples:
        wall = one.at.astimezone(ZoneInfo(zone))
        found[key((wall.weekday(), wall.hour))].append(level(one.interactions))
    return found
