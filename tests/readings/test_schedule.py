"""When numbers are read back, how posts are compared, and which times suit a channel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpipe.errors import Refused
from socialpipe.model.metrics import Metrics, added, of_thread
from socialpipe.schedule.best_times import FEWEST_POSTS, Sample, best_times
from socialpipe.schedule.engagement import level, mean, shrunk, worth
from socialpipe.schedule.readings import STEPS, next_reading, pause, worth_waiting
from socialpipe.schedule.repetition import Evergreen, choose

MONDAY = datetime(2027, 1, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
counts = st.none() | st.integers(0, 10**9)
metrics = st.builds(Metrics, *[counts] * 7)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(0), timedelta(days=60))


# ── when ───────────────────────────────────────────────────────────────────────────────────────


@given(instants, spans)
def test_the_next_reading_is_the_first_step_to_come(published: datetime, age: timedelta) -> None:
    at = next_reading(published, published + age)
    ahead = [published + step for step in STEPS if step > age]
    assert at == (ahead[0] if ahead else None)


@given(instants)
def test_readings_get_ever_more_seldom_and_end(published: datetime) -> None:
    times = [published]
    while (at := next_reading(published, times[-1])) is not None:
        times.append(at)
    gaps = [b - a for a, b in pairwise(times)]
    assert len(times) == len(STEPS) + 1
    assert gaps == sorted(gaps)


def test_a_month_and_a_week_later_nobody_asks_any_more() -> None:
    assert worth_waiting(MONDAY, MONDAY + 37 * DAY)
    assert not worth_waiting(MONDAY, MONDAY + 37 * DAY + HOUR)


def test_a_channel_is_left_alone_for_as_long_as_its_network_asks() -> None:
    assert pause(3600.0) == HOUR
    assert pause(0.0) == timedelta(minutes=1)
    assert pause(None) < pause(None, unauthorized=True)


# ── how much ───────────────────────────────────────────────────────────────────────────────────


@given(st.lists(metrics, min_size=1, max_size=5))
def test_sums_are_told_where_anybody_tells(many: list[Metrics]) -> None:
    whole = added(many)
    known = [one.likes for one in many if one.likes is not None]
    assert whole.likes == (sum(known) if known else None)
    assert whole.told is any(one.told for one in many)
    assert whole.interactions == sum(one.interactions for one in many)


@given(metrics, metrics)
def test_what_came_since_leads_from_then_to_now(now: Metrics, then: Metrics) -> None:
    gained = now.since(then)
    assert (gained.likes is None) is (now.likes is None)
    if now.likes is not None:
        assert gained.likes == now.likes - (then.likes or 0)


def test_a_thread_is_seen_as_often_as_its_most_seen_part_and_answers_itself_for_nothing() -> None:
    parts = [Metrics(views=90, likes=4, replies=3), Metrics(views=40, likes=1, replies=0)]
    assert of_thread(parts, 1) == Metrics(views=90, likes=5, replies=2)
    assert of_thread([Metrics(replies=0)], 2).replies == 0
    assert of_thread([Metrics(likes=1)], 2).replies is None


def test_nothing_adds_up_to_nothing() -> None:
    assert added([]) == Metrics()
    assert not Metrics().told
    assert Metrics(views=0).told


# ── how well ───────────────────────────────────────────────────────────────────────────────────


levels = st.lists(st.floats(0, 20), max_size=30)


@given(levels, st.floats(0, 20))
def test_a_shrunk_mean_lies_between_its_own_and_the_prior(found: list[float], prior: float) -> None:
    low, high = sorted((mean(found) if found else prior, prior))
    assert low - 1e-9 <= shrunk(found, prior) <= high + 1e-9


@given(st.integers(1, 50), st.integers(1, 50))
def test_the_more_posts_the_less_they_are_shrunk(n: int, more: int) -> None:
    assert shrunk([2.0] * n, 1.0) < shrunk([2.0] * (n + more), 1.0) < 2.0


def test_levels_follow_counts() -> None:
    assert level(-3) == level(0) == 0.0 < level(1) < level(2)
    assert worth([], [1.0, 2.0]) == 0.0 == worth([], [])
    assert worth([3.0], [1.0, 3.0]) > 0 > worth([1.0], [1.0, 3.0])


# ── best times ─────────────────────────────────────────────────────────────────────────────────


def history(posts: int, *, good_hour: int = 18, zone_shift: int = 0) -> list[Sample]:
    """Posts at six hours of every day in turn; those at one of them do four times as well."""
    made = []
    for n in range(posts):
        hour = (6, 9, 12, 15, 18, 21)[n % 6]
        at = MONDAY + n // 6 * DAY + (hour - zone_shift) * HOUR
        made.append(Sample(at, 40 if hour == good_hour else 10))
    return made


def test_the_hour_in_which_posts_do_well_is_found() -> None:
    advice = best_times(history(120), "UTC")
    assert {one.hour for one in advice.times} == {18}
    assert (advice.posts, advice.hours) == (120, 42)
    assert all(one.posts in {2, 3} and one.gain > 0.3 for one in advice.times)


def test_hours_are_those_of_the_channels_clock() -> None:
    here = best_times(history(120), "UTC").times
    assert best_times(history(120, zone_shift=9), "Asia/Seoul").times == here


def test_one_lucky_post_suggests_less_than_many_good_ones() -> None:
    lucky = [Sample(MONDAY + n % 8 * HOUR, 40 if n == 5 else 10) for n in range(40)]
    steady = [Sample(MONDAY + n % 8 * HOUR, 40 if n % 8 == 5 else 10) for n in range(40)]
    once, often = (best_times(one, "UTC").times[0] for one in (lucky, steady))
    assert once.hour == often.hour == 5
    assert once.gain < often.gain / 2


def test_no_hour_stands_out_where_all_posts_do_alike() -> None:
    assert best_times([Sample(MONDAY + n * HOUR, 7) for n in range(40)], "UTC").times == ()


def test_a_single_post_in_an_hour_suggests_nothing() -> None:
    posts = [Sample(MONDAY + n * HOUR, 10) for n in range(40)]
    posts[5] = Sample(posts[5].at, 10_000)
    assert best_times(posts, "UTC").times == ()


def test_a_good_hour_is_not_counted_twice_for_its_weekday() -> None:
    posts = [Sample(MONDAY + n % 8 * HOUR, 40 if n % 8 == 5 else 10) for n in range(400)]
    (best, *others) = best_times(posts, "UTC").times
    assert others == []
    assert best.gain < 41 / 11 - 1  # what it truly is above the others


def test_too_little_is_refused() -> None:
    with pytest.raises(Refused, match="19 measured posts are too few"):
        best_times(history(FEWEST_POSTS - 1), "UTC")
    with pytest.raises(Refused, match="nothing to compare"):
        best_times([Sample(MONDAY + n % 3 * HOUR, n) for n in range(40)], "UTC")
    assert best_times(history(FEWEST_POSTS), "UTC").posts == FEWEST_POSTS


@given(
    st.lists(
        st.builds(Sample, instants, st.integers(0, 10_000)), min_size=FEWEST_POSTS, max_size=60
    )
)
def test_advice_depends_on_no_order_and_names_only_hours_that_were_tried(
    samples: list[Sample],
) -> None:
    try:
        advice = best_times(samples, "Asia/Seoul")
    except Refused:
        return
    assert best_times(samples[::-1], "Asia/Seoul") == advice
    assert all(one.posts > 1 and one.gain > 0 for one in advice.times)
    assert [one.gain for one in advice.times] == sorted(
        (one.gain for one in advice.times), reverse=True
    )


# ── evergreens ─────────────────────────────────────────────────────────────────────────────────


def used(key: int, days_ago: int | None, worth: float = 0.0) -> Evergreen:
    last = None if days_ago is None else MONDAY - days_ago * DAY
    return Evergreen(key, cooldown=7 * DAY, most=9, times=1, last_at=last, worth=worth)


def chosen(*candidates: Evergreen) -> int | None:
    found = choose(candidates, MONDAY)
    return found.id if found else None


def test_what_people_liked_comes_first_but_not_before_it_has_rested() -> None:
    dull, good, best = used(1, 30, -0.5), used(2, 8, 0.5), used(3, 6, 2.0)
    assert chosen(dull, good, best) == 2
    assert chosen(dull, best) == 1
    assert chosen(best) is None


def test_what_was_never_used_goes_before_what_did_well() -> None:
    assert chosen(used(1, 30, 3.0), used(2, None), used(3, None)) == 2


def test_without_numbers_the_longest_rest_decides() -> None:
    assert chosen(used(1, 9), used(2, 20), used(3, 20)) == 2


evergreens = st.lists(
    st.builds(used, st.integers(1, 99), st.none() | st.integers(0, 60), st.floats(-3, 3)),
    max_size=8,
    unique_by=lambda one: one.id,
)


@given(evergreens)
def test_the_choice_does_not_depend_on_the_order(candidates: list[Evergreen]) -> None:
    assert chosen(*candidates) == chosen(*candidates[::-1])
