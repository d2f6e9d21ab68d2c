"""What is to be done about each line of a plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from socialpipe.model import Article, Json, State
from socialpipe.planning import Verb, Wanted, compare
from socialpipe.settings import load
from socialpipe.store import Store
from socialpipe.store.intake import Order, Terms
from socialpipe.store.places import MOVABLE
from socialpipe.store.plans import Kept, Line

LINE = Line("pier", "news", "content", "next")
OTHER_TIME, OTHER_TEXT = replace(LINE, time="noon"), replace(LINE, content="other")


def article() -> tuple[Article, Json]:
    return Article("Pier", "The pier is open."), {}


def verb(wanted: Line | None, state: State, *, begun: bool = False) -> Verb:
    """Compare what a plan wants with the one line that was applied."""
    lines = [Wanted(wanted, None, Terms.of(load()), article)] if wanted else []
    (step,) = compare(lines, [Kept(LINE, 1, state, begun)])
    return step.verb


@pytest.mark.parametrize("state", MOVABLE)
def test_what_waits_is_moved_replaced_or_cancelled(state: State) -> None:
    assert verb(LINE, state) is Verb.KEEP
    assert verb(OTHER_TIME, state) is Verb.MOVE
    assert verb(OTHER_TEXT, state) is Verb.REPLACE
    assert verb(None, state) is Verb.CANCEL


@pytest.mark.parametrize("state", MOVABLE)
def test_what_a_worker_had_may_be_out_though_it_waits(state: State) -> None:
    assert verb(OTHER_TIME, state, begun=True) is Verb.OUT
    assert verb(OTHER_TEXT, state, begun=True) is Verb.OUT
    assert verb(None, state, begun=True) is Verb.KEEP


@pytest.mark.parametrize("state", [State.PUBLISHED, State.PUBLISHING, State.UNCERTAIN])
def test_what_is_out_or_on_its_way_stays(state: State) -> None:
    assert verb(OTHER_TEXT, state) is Verb.OUT
    assert verb(None, state) is Verb.KEEP


@pytest.mark.parametrize("state", [State.CANCELLED, State.FAILED, State.MISSED])
def test_what_is_over_comes_again_only_when_the_plan_changes(state: State) -> None:
    assert verb(LINE, state) is Verb.KEEP
    assert verb(OTHER_TIME, state) is Verb.REPLACE  # there is nothing left to move
    assert verb(OTHER_TEXT, state) is Verb.REPLACE
    assert verb(None, state) is Verb.KEEP


def test_plans_of_the_same_name_in_two_workspaces_do_not_meet(store: Store) -> None:
    other = store.within(store.workspaces.add("other").id)
    own = store.within(store.workspaces.named("main").id)
    other.channels.add("news", "mastodon", api_base=None, settings={}, secrets={}, timezone="UTC")
    for room in (own, other):
        channel = room.channels.get("news")
        room.plans.queue(
            "spring",
            [LINE],
            article()[0],
            [Order(channel, room.now())],
            options={},
            terms=Terms.of(load()),
            actor="me",
        )
    first, second = (room.plans.kept("spring") for room in (own, other))
    assert len(first) == len(second) == 1
    assert first[0].delivery_id != second[0].delivery_id
    assert {one.state for one in (*first, *second)} == {State.DRAFT}
