"""Why it is not live, what happens next, when, and who must act."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from socialpipe.model import Delivery, State
from socialpipe.schedule.explain import Circumstances, explain

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SOON = timedelta(minutes=5)
WAITING = Delivery(
    id=7, campaign_id=1, channel_id=1, channel="news", platform="x", title="A title",
    state=State.SCHEDULED, due_at=NOW + SOON, wanted_at=NOW + SOON, attempt=0, max_attempts=6,
    fence=1, key="k", grace=timedelta(hours=6),
)  # fmt: skip
OVERDUE = replace(WAITING, due_at=NOW - SOON)


def test_a_freeze_comes_first() -> None:
    frozen = Circumstances(frozen="a crisis (ann)", running=True)
    for one in (WAITING, OVERDUE, replace(OVERDUE, channel_paused=True)):
        told = explain(one, NOW, frozen)
        assert "a crisis (ann)" in told.cause
        assert told.next_step.endswith("socialpipe unfreeze")
        assert told.who == "you"
    published = replace(WAITING, state=State.PUBLISHED)
    assert "frozen" not in explain(published, NOW, frozen).cause


def test_overdue_names_what_holds_it_up() -> None:
    idle = explain(OVERDUE, NOW)
    assert idle.next_step == "start the pipeline: socialpipe up"
    assert idle.who == "you"
    running = explain(OVERDUE, NOW, Circumstances(running=True))
    assert "5 min" in running.cause
    assert running.who.startswith("nobody")
    until = NOW + SOON
    paced = explain(OVERDUE, NOW, Circumstances(paced_until=until))
    assert (paced.when, "distance" in paced.cause) == (until, True)
    over = explain(OVERDUE, NOW, Circumstances(paced_until=NOW - SOON, running=True))
    assert "distance" not in over.cause
    told = explain(replace(OVERDUE, reason="it answered 503"), NOW, Circumstances(running=True))
    assert told.cause == "it answered 503"


def test_a_pause_says_why_and_quiet_hours_until_when() -> None:
    paused = explain(replace(WAITING, channel_paused=True), NOW, Circumstances(pause_reason="401"))
    assert paused.cause == "channel news is paused: 401"
    assert paused.who == "you"
    until = NOW + timedelta(hours=8)
    quiet = explain(WAITING, NOW, Circumstances(quiet_until=until))
    assert ("quiet hours" in quiet.cause, quiet.when) == (True, until)
    claimed = replace(WAITING, state=State.CLAIMED)
    assert "quiet" not in explain(claimed, NOW, Circumstances(quiet_until=until)).cause


@pytest.mark.parametrize(
    "reason",
    [
        "x is in trouble: calls are paused",  # an open circuit breaker
        "the rate budget of news is spent",
        "the channel's budget of 25 posts an hour is spent",
    ],
)
def test_what_postponed_it_is_the_cause_until_its_new_time(reason: str) -> None:
    told = explain(replace(WAITING, reason=reason), NOW, Circumstances(running=True))
    assert (told.cause, told.when, told.who[:6]) == (reason, WAITING.due_at, "nobody")


def test_a_warning_calls_a_person() -> None:
    told = explain(replace(WAITING, warnings=("No token.",)), NOW)
    assert told.who == "you"
    assert "warnings" in told.next_step
    assert told.when == WAITING.due_at
    gone = replace(WAITING, warnings=("No token.",), state=State.PUBLISHED)
    assert "warnings" not in explain(gone, NOW).next_step


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_an_explanation(state: State) -> None:
    told = explain(replace(WAITING, state=state), NOW)
    assert told.cause
    assert told.next_step
    assert told.who


def test_who_holds_it_in_review_is_told_why() -> None:
    held = replace(WAITING, state=State.IN_REVIEW, reason="the same post went out as delivery 3")
    told = explain(held, NOW)
    assert told.cause == held.reason
    assert "socialpipe delivery approve 7" in told.next_step
