"""Who takes which place: no two the same, nobody lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from socialpipe.schedule.lineup import Waiting, push, reflow, shuffled
from socialpipe.schedule.moment import Moment
from socialpipe.schedule.repetition import Evergreen, choose, turn

BEGIN = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(n: int) -> datetime:
    return BEGIN + n * HOUR


PLACES = [Moment(at(n)) for n in range(40)]
numbers = st.sets(st.integers(0, 15))


def queue_at(taken: set[int]) -> list[Waiting]:
    return [Waiting(100 + n, at(n)) for n in sorted(taken)]


@given(queued=numbers, fixed=numbers)
def test_push_moves_each_one_place_on_until_one_was_free(queued: set[int], fixed: set[int]) -> None:
    queue = queue_at(queued - fixed)
    moved = push(PLACES, Waiting(0, BEGIN), queue, {at(n) for n in fixed})
    assert moved is not None
    after = {one.id: one.at for one in queue} | {key: one.at for key, one in moved.items()}
    assert len(set(after.values())) == len(queue) + 1  # no two at one time
    assert not set(after.values()) & {at(n) for n in fixed}
    assert after[0] == min(place.at for place in PLACES if place.at not in {at(n) for n in fixed})
    order = sorted(after, key=lambda key: after[key])
    assert order == [0, *(one.id for one in queue)]
    for one in queue:  # exactly one place on, or not at all
        open_places = [p.at for p in PLACES if p.at not in {at(n) for n in fixed}]
        assert open_places.index(after[one.id]) - open_places.index(one.at) in {0, 1}


def test_push_obeys_the_embargo_and_needs_a_free_place() -> None:
    late = Waiting(0, BEGIN, not_before=at(3))
    moved = push(PLACES, late, queue_at({0, 3}), set())
    assert moved == {0: PLACES[3], 103: PLACES[4]}
    assert push(PLACES[:2], Waiting(0, BEGIN), queue_at({0, 1}), set()) is None
    assert push([], Waiting(0, BEGIN), [], set()) is None


@given(queued=numbers, fixed=numbers, embargo=st.integers(0, 30))
def test_reflow_keeps_the_order_and_gives_no_place_twice(
    queued: set[int], fixed: set[int], embargo: int
) -> None:
    queue = queue_at(queued)
    given_places = reflow(PLACES, queue, {at(n) for n in fixed})
    times = [given_places[one.id].at for one in queue]
    assert times == sorted(set(times))
    assert not set(times) & {at(n) for n in fixed}
    held = [Waiting(1, BEGIN, not_before=at(embargo)), *queue]
    assert reflow(PLACES, held, set())[1].at >= at(embargo)


def test_reflow_leaves_out_who_would_expire() -> None:
    queue = [Waiting(1, at(0)), Waiting(2, at(1), expires_at=at(2))]
    assert set(reflow(PLACES[5:], queue, set())) == {1}


@given(ids=st.sets(st.integers(1, 1000)), seed=st.text())
def test_shuffled_loses_nobody_and_repeats(ids: set[int], seed: str) -> None:
    assert sorted(shuffled(ids, seed)) == sorted(ids)
    assert shuffled(sorted(ids), seed) == shuffled(sorted(ids, reverse=True), seed)


def test_shuffled_depends_on_the_seed_alone() -> None:
    assert shuffled(range(6), "a") == [0, 1, 3, 4, 2, 5]
    assert shuffled(range(6), "b") != shuffled(range(6), "a")


# ── turns ──────────────────────────────────────────────────────────────────────────────────────


@given(
    last=st.none() | st.integers(-100, 0),
    times=st.integers(0, 5),
    cooldown=st.integers(0, 100),
    most=st.integers(1, 5),
)
def test_evergreen_rests_and_ends(last: int | None, times: int, cooldown: int, most: int) -> None:
    last_at = None if last is None else at(last)
    one = Evergreen(1, cooldown * HOUR, most, times, last_at)
    expected = times < most and (last is None or -last >= cooldown)
    assert one.may(BEGIN) is expected
    assert choose([one], BEGIN) == (one if expected else None)


def test_the_longest_rested_comes_first() -> None:
    def used(key: int, hours_ago: int | None) -> Evergreen:
        last = None if hours_ago is None else at(-hours_ago)
        return Evergreen(key, HOUR, 9, 1, last)

    assert choose([used(1, 5), used(2, 9), used(3, 7)], BEGIN) == used(2, 9)
    assert choose([used(1, 5), used(3, None), used(2, None)], BEGIN) == used(2, None)
    assert choose([], BEGIN) is None


@given(n=st.integers(0, 1000), variants=st.integers(1, 9))
def test_variants_take_turns_and_only_a_repetition_is_called_one(n: int, variants: int) -> None:
    earlier = [turn(m, variants)[0] for m in range(n)]
    which, again = turn(n, variants)
    assert 0 <= which < variants
    assert again is (which in earlier)
