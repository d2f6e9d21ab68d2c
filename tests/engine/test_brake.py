"""A freeze, or a pause, also stops what was let out and waits for its call."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from tests.engine.stage import connect, schedule

from socialpipe.engine import Engine
from socialpipe.model import Card, State
from socialpipe.platforms.http import Http
from socialpipe.simulator import Simulator
from socialpipe.simulator.network import Network
from socialpipe.simulator.wire import Answer, Request
from socialpipe.store.schema import attempt, step
from socialpipe.worker.publisher import Publisher

_WAIT = 60.0


class SlowNetwork:
    """Keeps its first caller waiting, and remembers who called when."""

    def __init__(self, simulator: Simulator) -> None:
        self._perform = simulator._perform
        self.calls: list[float] = []
        self.called, self.let_go = threading.Event(), threading.Event()

    def perform(self, network: Network, request: Request) -> Answer | None:
        self.calls.append(time.monotonic())
        self.called.set()
        assert self.let_go.wait(_WAIT)
        return self._perform(network, request)


@pytest.fixture
def slow(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowNetwork]:
    """Stand-in networks that answer when the test says so."""
    network = SlowNetwork(simulator)
    monkeypatch.setattr(simulator, "_perform", network.perform)
    yield network
    network.let_go.set()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Give threads for messages."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def publish(engine: Engine, threads: ThreadPoolExecutor) -> Future[None]:
    """Publish what is due, one call at a time."""
    claimed = engine.store.claims.claim(timedelta(0), "dispatcher")
    settings = engine.settings.model_copy(update={"publish_threads": 1, "read_timeout": _WAIT})
    http = Http(connect_timeout=5, read_timeout=_WAIT, allow_private_hosts=True)
    publisher = Publisher(replace(engine, settings=settings, http=http))
    return threads.submit(publisher.publish, [(row.id, row.fence) for row in claimed])


def freeze_meanwhile(engine: Engine, slow: SlowNetwork, threads: ThreadPoolExecutor) -> None:
    """Publish what is due, and freeze everything while the first call is under way."""
    done = publish(engine, threads)
    assert slow.called.wait(_WAIT)
    engine.store.switches.freeze("ann", "a crisis")
    time.sleep(1.2)
    slow.let_go.set()
    done.result(_WAIT)


@pytest.mark.parametrize("brake", ["freeze", "pause"])
def test_nothing_begins_two_seconds_after_a_brake(
    engine: Engine,
    simulator: Simulator,
    slow: SlowNetwork,
    threads: ThreadPoolExecutor,
    brake: str,
) -> None:
    store = engine.store
    channels = [connect(store, simulator, "mastodon", f"c{n}") for n in range(5)]
    for n, channel in enumerate(channels):
        schedule(store, channel, f"Post {n}.")
    done = publish(engine, threads)
    assert slow.called.wait(_WAIT)
    if brake == "freeze":
        store.switches.freeze("ann", "a crisis")
    else:
        for channel in channels:
            store.channels.pause(channel.id, "by hand")
    braked = time.monotonic()
    time.sleep(2.1)
    slow.let_go.set()
    done.result(_WAIT)
    assert max(slow.calls) < braked + 2
    assert store.deliveries.counts() == {State.PUBLISHED: 1, State.SCHEDULED: 4}
    held = [one for one in store.deliveries.find() if one.state is State.SCHEDULED]
    why = (
        "everything is frozen: a crisis" if brake == "freeze" else "the channel is paused: by hand"
    )
    assert {(one.attempt, (one.reason or "").strip()) for one in held} == {(0, why)}
    with store.database.read() as connection:
        assert len(connection.execute(sa.select(step)).all()) == 1
        assert all(row.ended_at for row in connection.execute(sa.select(attempt)))


def test_what_was_held_goes_out_once_when_the_brake_is_released(
    engine: Engine, simulator: Simulator, slow: SlowNetwork, threads: ThreadPoolExecutor
) -> None:
    store = engine.store
    for n in range(3):
        schedule(store, connect(store, simulator, "mastodon", f"c{n}"), f"Post {n}.")
    freeze_meanwhile(engine, slow, threads)
    store.switches.unfreeze()
    publish(engine, threads).result(_WAIT)
    assert store.deliveries.counts() == {State.PUBLISHED: 3}
    assert sorted(one.text for one in simulator.posts()) == [f"Post {n}." for n in range(3)]


def test_what_only_handed_over_its_image_is_held(
    engine: Engine,
    simulator: Simulator,
    slow: SlowNetwork,
    threads: ThreadPoolExecutor,
    picture: Card,
) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "mastodon"), "Look.", cards=(picture,))
    freeze_meanwhile(engine, slow, threads)
    assert store.deliveries.get(key).state is State.SCHEDULED
    assert simulator.posts() == []


def test_a_thread_that_readers_see_already_is_finished(
    engine: Engine, simulator: Simulator, slow: SlowNetwork, threads: ThreadPoolExecutor
) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "mastodon"), "One.", "Two.")
    freeze_meanwhile(engine, slow, threads)
    assert store.deliveries.get(key).state is State.PUBLISHED
    assert len(simulator.posts()) == 2
