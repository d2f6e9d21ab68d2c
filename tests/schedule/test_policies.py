"""Retry, lateness and settling: pure rules, each at its edges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpipe.model import Delivery, Receipt, Recovery, State
from socialpipe.schedule.explain import explain
from socialpipe.schedule.lateness import spoken, too_late
from socialpipe.schedule.retry import Backoff, after_throttle
from socialpipe.schedule.settle import Look, Verdict, key_holds, verdict

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
chances = st.floats(0, 1, exclude_max=True)


@given(attempt=st.integers(1, 10_000), chance=chances, floor=st.floats(0, 10_000))
def test_backoff_stays_between_floor_and_cap(attempt: int, chance: float, floor: float) -> None:
    wait = Backoff(5, 900).wait(attempt, chance, at_least=floor)
    assert timedelta(seconds=floor) <= wait <= timedelta(seconds=max(900, floor))


def test_backoff_doubles() -> None:
    waits = [Backoff(5, 900).wait(n, 0.5).total_seconds() for n in (1, 2, 3)]
    assert waits == [5, 10, 20]


@given(seconds=st.floats(0, 86_400), chance=chances)
def test_throttle_is_a_floor(seconds: float, chance: float) -> None:
    wait = after_throttle(seconds, chance)
    assert timedelta(seconds=seconds) <= wait <= timedelta(seconds=seconds * 1.1 + 1)


def test_throttle_without_a_time_waits_a_minute() -> None:
    assert after_throttle(None, 0.0) == timedelta(minutes=1)


def test_grace_is_inclusive() -> None:
    grace = timedelta(hours=1)
    assert not too_late(NOW - grace, grace, NOW)
    assert too_late(NOW - grace - timedelta(microseconds=1), grace, NOW)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3_720, "1 h 2 min"), (90_061, "1 d 1 h")],
)
def test_spoken(seconds: int, words: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == words
    assert spoken(-timedelta(seconds=seconds)) == words


KEY = Recovery(key_lifetime=timedelta(hours=1), read_back=True)
LOOK = Recovery(read_back=True)
NOTHING = Recovery()


@pytest.mark.parametrize(
    ("recovery", "misses", "age_minutes", "expected"),
    [
        (KEY, 1, 5, Verdict.REPLAY),
        (KEY, 1, 58.9, Verdict.REPLAY),
        (KEY, 1, 59.1, Verdict.LOOK_AGAIN),  # a minute of margin
        (KEY, 2, 61, Verdict.ABSENT),
        (LOOK, 1, 5, Verdict.LOOK_AGAIN),
        (LOOK, 2, 5, Verdict.ABSENT),
        (NOTHING, 9, 5, Verdict.PERSON),
        (Recovery(key_lifetime=timedelta(hours=1)), 1, 61, Verdict.PERSON),
    ],
)
def test_verdict(recovery: Recovery, misses: int, age_minutes: float, expected: Verdict) -> None:
    look = Look(misses, NOW - timedelta(minutes=age_minutes), NOW)
    assert verdict(recovery, look) is expected


def test_no_key_never_holds() -> None:
    assert not key_holds(LOOK, NOW, NOW)


def delivery(state: State, **values: object) -> Delivery:
    fields = {
        "id": 7, "campaign_id": 1, "channel_id": 1, "channel": "news", "platform": "telegram",
        "title": "T", "state": state, "due_at": NOW + timedelta(hours=1), "wanted_at": NOW,
        "attempt": 1, "max_attempts": 6, "fence": 1, "key": "k", "grace": timedelta(hours=1),
    }  # fmt: skip
    return Delivery(**{**fields, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_explained(state: State) -> None:
    told = explain(delivery(state, receipt=Receipt("1", "https://t.me/x/1")), NOW)
    assert told.cause
    assert told.next_step
    assert told.who


def test_explanations_name_the_command_that_helps() -> None:
    assert "delivery confirm 7" in explain(delivery(State.UNCERTAIN), NOW).next_step
    assert explain(delivery(State.UNCERTAIN), NOW).who == "you"
    asked = explain(delivery(State.UNCERTAIN, look_at=NOW), NOW)
    assert asked.who != "you"
    assert "delivery retry 7" in explain(delivery(State.FAILED, reason="too long"), NOW).next_step
    paused = explain(delivery(State.SCHEDULED, channel_paused=True), NOW)
    assert "channel resume news" in paused.next_step
    overdue = explain(delivery(State.SCHEDULED, due_at=NOW - timedelta(minutes=5)), NOW)
    assert "socialpipe up" in overdue.next_step
    assert "1 h" in explain(delivery(State.SCHEDULED), NOW).next_step
