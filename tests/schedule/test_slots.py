"""Slots keep their wall time in every zone, over every change of the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialpipe.errors import UsageError
from socialpipe.schedule.moment import Moment, on_wall, resolve
from socialpipe.schedule.slots import DEFAULT, Slot, moments, next_free, parse

NEW_YORK = ZoneInfo("America/New_York")
DAILY = tuple(Slot(day, time(9)) for day in range(7))
zone_names = st.sampled_from(sorted(available_timezones()))
zones = zone_names.map(ZoneInfo)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)


def upcoming(slots: tuple[Slot, ...], zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    return (one.at for one in moments(slots, zone.key, after))


@settings(max_examples=300, deadline=None)
@given(zone=zones, after=instants)
def test_nine_is_nine(zone: ZoneInfo, after: datetime) -> None:
    times = list(islice(upcoming(DAILY, zone, after), 10))
    assert all(at > after for at in times)
    assert times == sorted(set(times))
    for at in times:
        wall = at.astimezone(zone)
        nominal = wall.replace(hour=9, minute=0, second=0, microsecond=0, tzinfo=None)
        exists = resolve(nominal, zone).astimezone(zone).replace(tzinfo=None) == nominal
        assert wall.time() == time(9) or not exists
    days = {at.astimezone(zone).date() for at in times}
    assert len(days) == 10


@settings(max_examples=200, deadline=None)
@given(zone=zones, wall=st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)))  # noqa: DTZ001
def test_resolve_goes_forward_in_gaps_and_takes_the_first_of_two(
    zone: ZoneInfo, wall: datetime
) -> None:
    at = resolve(wall, zone)
    back = at.astimezone(zone).replace(tzinfo=None)
    assert back >= wall  # forward over a gap, never backward
    earlier = at - timedelta(hours=1)
    assert earlier.astimezone(zone).replace(tzinfo=None) != wall  # never the second of two


def test_gap_goes_forward() -> None:
    wall = datetime(2026, 3, 8, 2, 30)  # noqa: DTZ001 - a wall time
    assert resolve(wall, NEW_YORK).astimezone(NEW_YORK).time() == time(3, 30)


def test_overlap_fires_once() -> None:
    slots = tuple(Slot(day, time(1, 30)) for day in range(7))
    after = datetime(2026, 10, 31, 12, tzinfo=UTC)
    times = list(islice(upcoming(slots, NEW_YORK, after), 3))
    assert [at.astimezone(NEW_YORK).day for at in times] == [1, 2, 3]


def test_missing_day_drops_nothing() -> None:
    """Apia skipped 30 December 2011; the slots around it still come in order."""
    apia = ZoneInfo("Pacific/Apia")
    after = datetime(2011, 12, 28, tzinfo=UTC)
    times = list(islice(upcoming(DAILY, apia, after), 5))
    assert times == sorted(set(times))


def test_parse() -> None:
    assert parse("mon-wed 9:00, sat 11:30") == (
        Slot(0, time(9)), Slot(1, time(9)), Slot(2, time(9)), Slot(5, time(11, 30)),
    )  # fmt: skip
    assert parse("sat-mon 08:00") == (Slot(0, time(8)), Slot(5, time(8)), Slot(6, time(8)))
    assert parse("mon 09:00, mon 09:00") == (Slot(0, time(9)),)
    assert len(parse(DEFAULT)) == 17


@pytest.mark.parametrize("text", ["", "noon", "mon", "mon 25:00", "xyz 09:00", "mon-xyz 9:00"])
def test_parse_names_what_it_cannot_read(text: str) -> None:
    with pytest.raises(UsageError):
        parse(text)


def test_next_free_skips_what_is_taken() -> None:
    after = datetime(2026, 11, 23, tzinfo=UTC)
    first, second = islice(moments(DAILY, "Asia/Seoul", after), 2)
    assert next_free(DAILY, "Asia/Seoul", after, set()) == first
    assert next_free(DAILY, "Asia/Seoul", after, {first.at}) == second
    assert next_free((), "Asia/Seoul", after, set()) is None


def test_a_gap_changes_the_order_and_loses_no_slot() -> None:
    slots = (Slot(6, time(2, 30)), Slot(6, time(3)))
    found = islice(moments(slots, "America/New_York", datetime(2026, 3, 8, tzinfo=UTC)), 2)
    walls = [one.at.astimezone(NEW_YORK).time() for one in found]
    assert walls == [time(3), time(3, 30)]


@settings(max_examples=100, deadline=None)
@given(zone=zone_names, after=instants)
def test_a_slot_knows_its_wall_time_and_zone(zone: str, after: datetime) -> None:
    one = next(moments(DAILY, zone, after))
    assert one.in_slot
    assert one.wall is not None
    assert (one.wall.time(), one.zone) == (time(9), zone)
    assert one.at == on_wall(one.wall, zone).at


def test_later_stays_on_its_clock() -> None:
    """A day later over the change of the clock is the same wall time, not 24 hours."""
    saturday = on_wall(datetime(2026, 3, 7, 9), "America/New_York")  # noqa: DTZ001 - a wall time
    assert saturday.later(timedelta(days=1)).at - saturday.at == timedelta(hours=23)
    fixed = Moment(saturday.at)
    assert fixed.later(timedelta(days=1)).at - fixed.at == timedelta(days=1)
