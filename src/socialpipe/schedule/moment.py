"""Wall-clock times and the instants that they mean."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant; and, where it came from a wall clock, that naive time and its zone.

    Only the wall time is a promise: when the rules of the zone change, `at` follows.
    """

    at: datetime
    wall: datetime | None = None
    zone: str | None = None
    in_slot: bool = False  # one of the channel's weekly slots: it follows the channel's zone

    @property
    def local(self) -> str | None:
        """The wall time as text, to the second."""
        return None if self.wall is None else self.wall.isoformat(timespec="seconds")

    def later(self, span: timedelta) -> Moment:
        """Return the moment `span` later, on the same clock."""
        if self.wall is None or self.zone is None:
            return Moment(self.at + span)
        return replace(on_wall(self.wall + span, self.zone), in_slot=self.in_slot)


def resolve(wall: datetime, zone: ZoneInfo) -> datetime:
    """Turn a naive wall-clock time into an instant (UTC)."""
    # fold=0 takes the first of two; in a gap it yields the instant shifted forward by the gap.
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def on_wall(wall: datetime, zone: str) -> Moment:
    """Return the moment of a naive wall-clock time in a zone (IANA name)."""
    return Moment(resolve(wall, ZoneInfo(zone)), wall, zone)
