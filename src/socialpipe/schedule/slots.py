"""Weekly wall-clock slots of a channel, resolved through its time zone.

A slot keeps its wall time over the changes of daylight saving: a time that does not exist moves
forward by the gap, a time that exists twice is taken once, the first of the two.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from socialpipe.errors import UsageError

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


def resolve(wall: datetime, zone: ZoneInfo) -> datetime:
    """Turn a naive wall-clock time into an instant (UTC)."""
    # fold=0 takes the first of two; in a gap it yields the instant shifted forward by the gap.
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def upcoming(slots: Collection[Slot], zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Yield the slots' instants after `after`, in order, for about a year."""
    day = after.astimezone(zone).date()
    last = after
    for offset in range(_HORIZON.days):
        date = day + timedelta(days=offset)
        for slot in sorted(slots):
            if slot.weekday != date.weekday():
                continue
            instant = resolve(datetime.combine(date, slot.at), zone)
            if instant > last:
                last = instant
                yield instant


def next_free(
    slots: Collection[Slot], zone: ZoneInfo, after: datetime, taken: Collection[datetime]
) -> datetime | None:
    """Return the first slot after `after` that nothing takes; None: there are no slots."""
    return next((at for at in upcoming(slots, zone, after) if at not in taken), None)


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
