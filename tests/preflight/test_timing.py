"""When a delivery is looked over, and which days exceed the limit: pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpipe.model import Rate, Scope
from socialpipe.schedule.forecast import excesses, per_day
from socialpipe.schedule.preflight import LEADS, RECHECK, checkpoint, is_due, last_night

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("before_due", "since_check", "due"),
    [
        (23.9, 0.2, True),  # 24 h before has passed since
        (24.1, 0.2, False),
        (0.9, 0.2, True),  # 1 h before
        (1.1, 0.2, False),
        (0.5, 0.2, False),  # both have been looked at
        (200.0, 5.9, False),  # the night was before
        (200.0, 6.1, True),
    ],
)
def test_24_hours_and_1_hour_before_and_nightly(
    before_due: float, since_check: float, due: bool
) -> None:
    now = TUESDAY
    assert is_due(now + before_due * HOUR, now - since_check * HOUR, now) is due


def test_at_once_when_queued_and_often_while_warned() -> None:
    assert is_due(TUESDAY + 200 * DAY, None, TUESDAY)
    just = TUESDAY - RECHECK + timedelta(seconds=1)
    assert not is_due(TUESDAY + 200 * DAY, just, TUESDAY, warned=True)
    assert is_due(TUESDAY + 200 * DAY, TUESDAY - RECHECK, TUESDAY, warned=True)
    assert not is_due(TUESDAY + 200 * DAY, TUESDAY - RECHECK, TUESDAY)


@given(due=instants, now=instants)
def test_after_a_check_nothing_is_to_do_until_the_next_checkpoint(
    due: datetime, now: datetime
) -> None:
    assert not is_due(due, now, now)
    assert now - DAY <= last_night(now) <= checkpoint(due, now) <= now
    for lead in LEADS:
        if due - lead > now:
            assert is_due(due, now, due - lead + timedelta(milliseconds=1))


@given(st.lists(instants, max_size=60), st.integers(1, 5))
def test_an_excess_counts_its_day(due: list[datetime], limit: int) -> None:
    found = {one.day: one for one in excesses(due, limit)}
    for day in {at.date() for at in due}:
        times = sorted(at for at in due if at.date() == day)
        assert (day in found) is (len(times) > limit)
        if day in found:
            assert found[day].count == len(times)
            assert sum(at < found[day].since for at in times) <= limit


def test_an_excess_names_the_day() -> None:
    (found,) = excesses([TUESDAY, TUESDAY + HOUR, TUESDAY + 2 * HOUR, TUESDAY + DAY], 2)
    assert found.since == TUESDAY + 2 * HOUR
    assert "exceeds" in str(found)
    assert "on Tuesday, 2026-11-24" in str(found)
    assert "3 are due" in str(found)


def test_a_day_is_the_channels() -> None:
    """23:30 and 00:30 in Seoul are two days, though UTC has one."""
    late = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
    seoul = ZoneInfo("Asia/Seoul")
    assert len(excesses([late, late + HOUR], 1)) == 1
    assert excesses([late, late + HOUR], 1, seoul) == []
    (found,) = excesses([late + HOUR, late + 2 * HOUR], 1, seoul)
    assert "on Wednesday, 2026-11-25 (Asia/Seoul)" in str(found)


def test_the_network_may_allow_less_than_we_do() -> None:
    rates = [Rate(Scope.CHANNEL, 17, DAY), Rate(Scope.CHANNEL, 3, HOUR)]
    assert per_day(rates, 100) == 17
    assert per_day(rates, 5) == 5
    assert per_day([], 5) == 5
