"""Our own first comment: after the last part, once, and never at the cost of the post."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.conftest import Environment
from tests.engine.processes import all_alive, pid_of, pipeline_up, wait_for
from tests.engine.stage import connect, schedule
from tests.engine.test_deliver import look, only, run

from socialpipe.engine import Engine
from socialpipe.errors import Rejected
from socialpipe.model import Card, Receipt, Recovery, State
from socialpipe.platforms.instagram import Instagram
from socialpipe.schedule.explain import explain
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.store import Store

TAGS = "#bread #seoul"
NO_LOOK = Recovery()
QUICK = {"lease": 3, "settle_delay": 1, "keeper_interval": 0.3, "publish_threads": 4}


@pytest.fixture
def instagram(
    engine: Engine,
    simulator: Simulator,
    picture: Card,
    image_host: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Engine:
    """An engine with one delivery for Instagram, due now."""
    monkeypatch.setenv("SOCIALPIPE_PUBLIC_MEDIA_BASE_URL", image_host)
    load.cache_clear()
    channel = connect(engine.store, simulator, "instagram")
    schedule(engine.store, channel, "A post.", cards=(picture,), comment=TAGS, max_attempts=3)
    return replace(engine, settings=load())


def said(simulator: Simulator) -> list[str]:
    """Return what is on the network, oldest first; the comment must hang below the post."""
    posts = simulator.posts("instagram")
    assert [post.reply_to for post in posts[1:]] == [posts[0].id] * (len(posts) - 1)
    return [post.text for post in posts]


def test_comment_follows_the_post(instagram: Engine, simulator: Simulator) -> None:
    run(instagram)
    found = only(instagram.store)
    assert (found.state, found.reason) == (State.PUBLISHED, None)
    assert said(simulator) == ["A post.", TAGS]
    assert found.receipt is not None
    assert found.receipt.id == simulator.posts("instagram")[0].id


@pytest.mark.parametrize("fault", ["drop", "error_after"])
def test_comment_whose_answer_is_lost_is_looked_up(
    instagram: Engine, simulator: Simulator, fault: str
) -> None:
    simulator.fault("instagram", fault, match=TAGS)
    run(instagram)
    found = only(instagram.store)
    assert found.state is State.UNCERTAIN
    assert "first comment" in (found.reason or "")
    assert run(instagram) == []
    look(instagram)
    assert only(instagram.store).state is State.PUBLISHED
    assert said(simulator) == ["A post.", TAGS]


def test_comment_that_is_not_there_is_written_after_two_misses(
    instagram: Engine, simulator: Simulator
) -> None:
    simulator.fault("instagram", "error", match=TAGS)  # 500, and nothing was accepted
    run(instagram)
    for misses in (0, 1):
        assert (only(instagram.store).state, only(instagram.store).misses) == (
            State.UNCERTAIN,
            misses,
        )
        look(instagram)
    assert only(instagram.store).state is State.SCHEDULED
    run(instagram)
    assert only(instagram.store).state is State.PUBLISHED
    assert said(simulator) == ["A post.", TAGS]


def test_without_a_look_a_person_is_asked(
    instagram: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Instagram.recovery.__class__, "of_comment", lambda _: NO_LOOK)
    simulator.fault("instagram", "drop", match=TAGS)
    run(instagram)
    found = only(instagram.store)
    assert (found.state, found.look_at) == (State.UNCERTAIN, None)
    instagram.store.deliveries.confirm_published(found.id, "https://instagram.example/c/1")
    found = only(instagram.store)
    assert found.state is State.PUBLISHED
    assert found.receipt is not None
    assert found.receipt.id == simulator.posts("instagram")[0].id  # the post's, not the comment's
    assert said(simulator) == ["A post.", TAGS]


def test_refused_comment_leaves_the_post_published_and_says_how_to_mend_it(
    instagram: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: Instagram, _receipt: Receipt, _text: str) -> Receipt:
        raise Rejected("It takes no comments.")

    monkeypatch.setattr(Instagram, "comment", refuse)
    run(instagram)
    found = only(instagram.store)
    assert found.state is State.PUBLISHED
    assert found.published_at is not None
    told = explain(found, instagram.store.now())
    assert "It takes no comments." in told.cause
    assert TAGS in told.cause
    assert told.who == "you"
    last = instagram.store.deliveries.events(found.id)[-1]
    assert "first comment is not there" in last.text
    assert said(simulator) == ["A post."]


def test_throttled_comment_comes_later_and_costs_nothing(
    instagram: Engine, simulator: Simulator
) -> None:
    simulator.fault("instagram", "throttle", seconds=60, match=TAGS)
    run(instagram)
    found = only(instagram.store)
    assert (found.state, found.attempt) == (State.SCHEDULED, 0)
    run(instagram, ahead=timedelta(hours=1))
    assert only(instagram.store).state is State.PUBLISHED
    assert said(simulator) == ["A post.", TAGS]


def test_attempts_spent_on_the_comment_leave_the_post_published(
    instagram: Engine, simulator: Simulator
) -> None:
    for _ in range(3):
        simulator.fault("instagram", "error", match=TAGS)
        run(instagram, ahead=timedelta(hours=1))
        look(instagram)
        look(instagram)
    found = only(instagram.store)
    assert found.state is State.PUBLISHED
    assert "by hand" in (found.reason or "")
    assert said(simulator) == ["A post."]


def test_worker_killed_after_the_comment_was_accepted(
    environment: Environment, picture: Card, image_host: str
) -> None:
    with Simulator() as simulator:
        store = Store(environment(**QUICK, public_media_base_url=image_host))
        with pipeline_up():
            wait_for(lambda: all_alive(store), 60)
            simulator.fault("instagram", "hold", seconds=30.0, match=TAGS)
            channel = connect(store, simulator, "instagram")
            key = schedule(store, channel, "A post.", cards=(picture,), comment=TAGS)
            wait_for(lambda: len(simulator.posts()) == 2, 30)
            os.kill(pid_of(store, "publish worker"), signal.SIGKILL)
            wait_for(lambda: store.deliveries.get(key).state is State.PUBLISHED, 60)
            time.sleep(1)  # whoever would write twice has had the time to
            assert said(simulator) == ["A post.", TAGS]
        store.close()
