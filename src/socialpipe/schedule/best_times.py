"""When a channel's posts do best, by its own history. Pure.

The mean of all posts comes first; what it leaves is explained by the hour of the day, what that
leaves by the weekday, and the rest by the hour of the week, each drawn to nothing where there are
few posts (see `engagement`). So a single good Tuesday at nine suggests little.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import expm1
from zoneinfo import ZoneInfo

from socialpipe.errors import Refused
from socialpipe.schedule.engagement import level, mean, shrunk

FEWEST_POSTS = 20
FEWEST_HOURS = 4  # of the week, different ones: else there is nothing to compare
_NOTICEABLE = 0.02  # a smaller gain is noise
_NO_CHANCE = 2  # posts: a single one in an hour suggests nothing

Hour = tuple[int, int]  # weekday (0 is Monday), hour of the day; -1: any
Posts = Sequence[tuple[Hour, float]]  # when each went out, and its level
Trait = Callable[[Hour], Hour]


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
    posts = [(_hour_of(one, zone), level(one.interactions)) for one in samples]
    counts = Counter(hour for hour, _ in posts)
    _check_enough(len(posts), len(counts))
    found = [BestTime(*hour, expm1(gain), counts[hour]) for hour, gain in _gains(posts).items()]
    better = [one for one in found if one.gain >= _NOTICEABLE and one.posts >= _NO_CHANCE]
    better.sort(key=lambda one: (-one.gain, one.weekday, one.hour))
    return Advice(len(posts), len(counts), tuple(better[:most]))


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


def _gains(posts: Posts) -> dict[Hour, float]:
    """Estimate how far every hour of the week is above the mean, in levels."""
    usual = mean([found for _, found in posts])
    rest = [(hour, found - usual) for hour, found in posts]
    gains: dict[Hour, float] = dict.fromkeys((hour for hour, _ in posts), 0.0)
    for trait in (_of_day, _weekday, _of_week):
        shares = _shares(rest, trait)
        gains = {hour: gain + shares[trait(hour)] for hour, gain in gains.items()}
        rest = [(hour, found - shares[trait(hour)]) for hour, found in rest]
    return gains


def _shares(rest: Posts, trait: Trait) -> dict[Hour, float]:
    """Say what each kind of hour explains of what is not explained yet."""
    groups: dict[Hour, list[float]] = defaultdict(list)
    for hour, left in rest:
        groups[trait(hour)].append(left)
    return {kind: shrunk(found, 0.0) for kind, found in groups.items()}


def _hour_of(one: Sample, zone: str) -> Hour:
    wall = one.at.astimezone(ZoneInfo(zone))
    return wall.weekday(), wall.hour


def _of_day(hour: Hour) -> Hour:
    return -1, hour[1]


def _weekday(hour: Hour) -> Hour:
    return hour[0], -1


def _of_week(hour: Hour) -> Hour:
    return hour
