"""Slots keep their wall time in every zone, over every change of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialpipe.errors import UsageError
from socialpipe.schedule.slots import DEFAULT, Slot, next_free, parse, resolve, upcoming

NEW_YORK = ZoneInfo("America/New_York")
DAILY = tuple(Slot(day, time(9)) for day in range(7))
zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)


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
    seoul = ZoneInfo("Asia/Seoul")
    first, second = islice(upcoming(DAILY, seoul, after), 2)
    assert next_free(DAILY, seoul, after, set()) == first
    assert next_free(DAILY, seoul, after, {first}) == second
    assert next_free((), seoul, after, set()) is None
