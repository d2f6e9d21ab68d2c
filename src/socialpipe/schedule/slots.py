"""Weekly wall-clock slots of a channel, resolved through its time zone.

A slot keeps its wall time over the changes of daylight saving: a time that does not exist moves
forward by the gap, a time that exists twice is taken once, the first of the two.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from socialpipe.errors import UsageError
from socialpipe.schedule.moment import Moment, on_wall

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HORIZON = timedelta(days=370)
_ENTRY = re.compile(r"(?P<days>[a-z]{3}(?:-[a-z]{3})?)\s+(?P<time>\d{1,2}:\d{2})")
DEFAULT = "mon-fri 09:00, mon-fri 12:30, mon-fri 18:00, sat-sun 11:00"


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A weekday (0 is Monday) and a wall-clock time."""

    weekday: int
    at: time


def parse(text: str) -> tuple[Slot, ...]:
    """Read "mon-fri 09:00, sat 11:30".

    Raises UsageError that names the entry it cannot read.
    """
    slots = {slot for entry in text.split(",") for slot in _entry(entry.strip().lower())}
    return tuple(sorted(slots))


def moments(slots: Collection[Slot], zone: str, after: datetime) -> Iterator[Moment]:
    """Yield the slots' moments after `after`, in order, for about a year."""
    day = after.astimezone(ZoneInfo(zone)).date()
    last = after
    for offset in range(_HORIZON.days):
        for one in _on_day(slots, zone, day + timedelta(days=offset)):
            if one.at > last:
                last = one.at
                yield one


def _on_day(slots: Collection[Slot], zone: str, day: date) -> list[Moment]:
    """Resolve the slots of one day. Over a gap their order can change: 02:30 comes after 03:00."""
    walls = (datetime.combine(day, slot.at) for slot in slots if slot.weekday == day.weekday())
    found = (replace(on_wall(wall, zone), in_slot=True) for wall in sorted(walls))
    return sorted(found, key=lambda one: one.at)


def next_free(
    slots: Collection[Slot], zone: str, after: datetime, taken: Collection[datetime]
) -> Moment | None:
    """Return the first slot after `after` that nothing takes; None: there are no slots."""
    return next((one for one in moments(slots, zone, after) if one.at not in taken), None)


def _entry(entry: str) -> list[Slot]:
    match = _ENTRY.fullmatch(entry)
    try:
        if match is None:
            raise ValueError  # noqa: TRY301
        first, _, last = match["days"].partition("-")
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        hour, minute = map(int, match["time"].split(":"))
        at = time(hour, minute)
    except ValueError:
        raise UsageError(
            f"{entry!r} is no slot.", 'Write weekdays and a time: "mon-fri 09:00, sat 11:30".'
        ) from None
    days = range(start, end + 1) if start <= end else (*range(start, 7), *range(end + 1))
    return [Slot(day, at) for day in days]
