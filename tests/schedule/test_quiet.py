"""Quiet hours: in them nothing goes out, and they end."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from socialpipe.errors import UsageError
from socialpipe.schedule.quiet import Quiet, of, parse, quiet_until

SEOUL = ZoneInfo("Asia/Seoul")
NIGHT = parse("22:00-07:00")
DAY = timedelta(days=1)
zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)


def seoul(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, 4, hour, minute, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (seoul(21, 59), None),
        (seoul(22), seoul(7) + timedelta(days=1)),
        (seoul(23, 59), seoul(7) + timedelta(days=1)),
        (seoul(0), seoul(7)),
        (seoul(6, 59), seoul(7)),
        (seoul(7), None),
    ],
)
def test_over_midnight(now: datetime, end: datetime | None) -> None:
    assert quiet_until(NIGHT, SEOUL, now) == end


def test_within_a_day() -> None:
    noon = parse("12:00 - 13:00")
    assert quiet_until(noon, SEOUL, seoul(12, 30)) == seoul(13)
    assert quiet_until(noon, SEOUL, seoul(13)) is None
    assert quiet_until(noon, SEOUL, seoul(11, 59)) is None


@settings(max_examples=300, deadline=None)
@given(zone=zones, now=instants, start=st.times(), end=st.times())
def test_they_end_within_a_day_and_then_it_is_not_quiet(
    zone: ZoneInfo, now: datetime, start: time, end: time
) -> None:
    hours = Quiet(start.replace(microsecond=0), end.replace(microsecond=0))
    day = datetime(2026, 1, 1)  # noqa: DTZ001 - only for the length
    length = (datetime.combine(day, hours.end) - datetime.combine(day, hours.start)) % DAY
    assume(timedelta(0) < length < timedelta(hours=20))
    until = quiet_until(hours, zone, now)
    assume(until is not None)
    assert until is not None
    assert now < until <= now + length + timedelta(hours=25)  # a missing day lies between, at most
    assert quiet_until(hours, zone, until) is None


def test_an_hour_that_comes_twice_is_quiet_once() -> None:
    """Without that, whoever waits for 01:30 would be sent back to a time that has passed."""
    new_york = ZoneInfo("America/New_York")
    second = datetime(2026, 11, 1, 1, 15, fold=1, tzinfo=new_york).astimezone(UTC)
    assert quiet_until(parse("22:00-01:30"), new_york, second) is None


@pytest.mark.parametrize("text", ["", "22:00", "22-7", "25:00-07:00", "07:00-07:00", "night"])
def test_what_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(UsageError):
        parse(text)


def test_of_a_channel() -> None:
    assert of({}) is None
    assert of({"quiet": ""}) is None
    assert of({"quiet": "22:00-07:00"}) == NIGHT
