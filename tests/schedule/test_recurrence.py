"""Recurrences keep their wall time in every zone, over every change of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialpipe.errors import UsageError
from socialpipe.schedule.moment import Moment, resolve
from socialpipe.schedule.recurrence import Rule, between, check, plan

ALL_ZONES = sorted(available_timezones())
START = datetime(2024, 1, 1, 9)  # noqa: DTZ001 - a wall time
END = datetime(2030, 12, 31)  # noqa: DTZ001
DAY = timedelta(days=1)


def instant(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def wall(one: Moment, zone: str) -> datetime:
    return one.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@pytest.mark.parametrize("start", range(0, len(ALL_ZONES), 100))
def test_nine_is_nine_on_every_change_of_every_zone(start: int) -> None:
    """Weekly, all zones, 2024 to 2030: at 09:00, or at the end of a gap that swallowed it."""
    for zone in ALL_ZONES[start : start + 100]:
        rule = Rule("FREQ=WEEKLY;BYDAY=SU", START, zone)
        found = between(rule, instant(2024, 1, 1), instant(2030, 12, 31))
        assert 364 <= len(found) <= 366, zone
        for one in found:
            assert wall(one, zone).time() == time(9), zone


@settings(max_examples=300, deadline=None)
@given(
    zone=st.sampled_from(ALL_ZONES),
    start=st.datetimes(START, END).map(lambda at: at.replace(microsecond=0)),
    days=st.integers(2, 20),
)
def test_daily_comes_once_a_day_whatever_the_clock_does(
    zone: str, start: datetime, days: int
) -> None:
    until = resolve(start + timedelta(days=days), ZoneInfo(zone))
    found = between(Rule("FREQ=DAILY", start, zone), instant(2023, 12, 1), until)
    assert [one.at for one in found] == sorted({one.at for one in found})
    walls = [start + n * DAY for n in range(days + 1)]
    assert [one.wall for one in found] == walls
    for one in found:
        assert one.wall is not None
        assert wall(one, zone) >= one.wall  # forward over a gap, never backward


@settings(max_examples=100, deadline=None)
@given(
    zone=st.sampled_from(ALL_ZONES),
    cuts=st.lists(st.integers(0, 60 * 24), min_size=1, max_size=4).map(sorted),
)
def test_pieces_make_the_whole(zone: str, cuts: list[int]) -> None:
    """However often the horizon is moved on, nothing is made twice and nothing is left out."""
    rule = Rule("FREQ=DAILY;BYHOUR=1,2,9;BYMINUTE=30", START, zone)
    begin = instant(2026, 2, 20)
    edges = [begin, *(begin + timedelta(hours=cut) for cut in cuts), begin + 61 * DAY]
    pieces = [one for a, b in pairwise(edges) for one in between(rule, a, b)]
    assert pieces == between(rule, begin, edges[-1])


def test_overlap_fires_once() -> None:
    rule = Rule("FREQ=DAILY", datetime(2026, 10, 31, 1, 30), "America/New_York")  # noqa: DTZ001
    found = between(rule, instant(2026, 10, 30), instant(2026, 11, 3))
    assert [wall(one, rule.zone).day for one in found] == [31, 1, 2]


def test_gap_goes_forward_and_its_occurrences_do_not_displace_others() -> None:
    start = datetime(2026, 3, 8, 2)  # noqa: DTZ001
    rule = Rule("FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,30", start, "America/New_York")
    found = between(rule, instant(2026, 3, 8), instant(2026, 3, 9))
    assert [wall(one, rule.zone).time() for one in found] == [time(3), time(3, 30)]


def test_missing_day_drops_no_post() -> None:
    """Apia skipped Friday 30 December 2011: what was due then comes on Saturday."""
    start = datetime(2011, 12, 16, 9)  # noqa: DTZ001
    rule = Rule("FREQ=WEEKLY;BYDAY=FR", start, "Pacific/Apia")
    found = between(rule, instant(2011, 12, 1), instant(2012, 1, 10))
    assert [wall(one, rule.zone).day for one in found] == [16, 23, 31, 6]


def test_until_is_the_last_wall_time() -> None:
    rule = Rule("FREQ=DAILY", START, "Asia/Seoul", until=START + 2 * DAY)
    assert len(between(rule, instant(2023, 12, 1), instant(2025, 1, 1))) == 3


def test_after_a_downtime_only_the_newest_is_made() -> None:
    rule = Rule("FREQ=DAILY", START, "UTC")
    now = instant(2026, 5, 10, 12)
    found = plan(rule, now - 5 * DAY, now, 3 * DAY)
    assert [one.at for one in found] == [instant(2026, 5, day, 9) for day in (10, 11, 12, 13)]
    assert plan(rule, now, now, 3 * DAY) == found[1:]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "every monday",
        "FREQ=HOURLY",
        "FREQ=SECONDLY",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;INTERVAL=two",
        "FREQ=WEEKLY;UNTIL=20270101T000000Z",
        "FREQ=DAILY\nEXDATE:20270101T000000",
        "DTSTART:20200101T000000\nRRULE:FREQ=DAILY",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        check(Rule(text, START, "UTC"))


def test_a_rule_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UsageError):
        check(Rule("FREQ=DAILY", START, "UTC", until=START - DAY))
    check(Rule("freq=daily", START, "UTC", until=START))
