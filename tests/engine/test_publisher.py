"""The deliveries of one message: each at its second, none waiting for another."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.engine.stage import connect, schedule

from socialpipe import pipeline
from socialpipe.engine import Engine
from socialpipe.model import State
from socialpipe.pipeline import Ready
from socialpipe.platforms.http import Http
from socialpipe.simulator import Simulator
from socialpipe.simulator.network import Network
from socialpipe.simulator.wire import Answer, Request
from socialpipe.store.schema import delivery
from socialpipe.worker.publisher import Publisher


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
class TestPublisher:
    def test_each_goes_out_at_its_second(self, engine: Engine, simulator: Simulator) -> None:
        store, start = engine.store, engine.store.now()
        channel = connect(store, simulator, "mastodon")
        keys = [
            schedule(store, channel, f"{n}.", at=start + timedelta(seconds=n)) for n in (1.2, 0.6)
        ]
        work = store.claims.claim(timedelta(seconds=2), "dispatcher")
        assert {row.id for row in work} == set(keys)
        Publisher(engine).publish([(row.id, row.fence) for row in work])
        for key in keys:
            found = store.deliveries.get(key)
            assert found.published_at is not None
            assert found.published_at >= found.wanted_at

    def test_stale_ones_are_left_out(self, engine: Engine, simulator: Simulator) -> None:
        store = engine.store
        for n in range(2):
            schedule(store, connect(store, simulator, "mastodon", f"c{n}"), f"{n}.")
        one, other = store.claims.claim(timedelta(0), "dispatcher")
        Publisher(engine).publish([(one.id, one.fence - 1), (other.id, other.fence), (99, 1)])
        assert store.deliveries.get(one.id).state is State.CLAIMED
        assert store.deliveries.get(other.id).state is State.PUBLISHED

    def test_slow_one_holds_up_no_other_and_a_broken_one_is_told(
        self, engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = engine.store
        for n in range(3):
            schedule(store, connect(store, simulator, "mastodon", f"c{n}"), f"{n}.")
        slow, broken, quick = store.claims.claim(timedelta(0), "dispatcher")
        gone_on, ended = threading.Event(), []

        def go(_: Engine, one: Ready) -> None:
            key = one.job.delivery.id
            if key == slow.id:
                assert gone_on.wait(10), "the others wait for the slow one"
            if key == broken.id:
                raise KeyError(key)
            if key == quick.id:
                gone_on.set()
            ended.append(key)

        monkeypatch.setattr(pipeline, "go", go)
        with pytest.raises(KeyError):
            Publisher(engine).publish([(row.id, row.fence) for row in (slow, broken, quick)])
        assert ended == [quick.id, slow.id]

    def test_no_more_calls_at_once_than_the_settings_say_and_no_fewer(
        self, engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However many messages they came with, and though more threads than that are at work."""
        store, seen = engine.store, Simultaneous(simulator)
        monkeypatch.setattr(simulator, "_perform", seen.perform)
        for n in range(12):
            schedule(store, connect(store, simulator, "mastodon", f"c{n}"), f"{n}.")
        claimed = store.claims.claim(timedelta(0), "dispatcher")
        work = [(row.id, row.fence) for row in claimed]
        settings = engine.settings.model_copy(update={"publish_threads": 3})
        publisher = Publisher(replace(engine, settings=settings))
        with ThreadPoolExecutor(2) as messages:
            list(messages.map(publisher.publish, (work[:6], work[6:])))
        assert seen.most == 3
        assert store.deliveries.counts() == {State.PUBLISHED: 12}

    def test_what_lost_its_lease_while_it_waited_for_a_place_is_not_sent(
        self, engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store, seen = engine.store, Simultaneous(simulator)
        monkeypatch.setattr(simulator, "_perform", seen.perform)
        seen.let_go.clear()
        for n in range(2):
            schedule(store, connect(store, simulator, "mastodon", f"c{n}"), f"{n}.")
        work = [(row.id, row.fence) for row in store.claims.claim(timedelta(0), "dispatcher")]
        settings = engine.settings.model_copy(update={"publish_threads": 1, "read_timeout": 60})
        http = Http(connect_timeout=5, read_timeout=60, allow_private_hosts=True)
        publisher = Publisher(replace(engine, settings=settings, http=http))
        with ThreadPoolExecutor(1) as message:
            done = message.submit(publisher.publish, work)
            assert seen.arrived.wait(30)
            time.sleep(1.5)  # the other stands in front of the one place
            with store.database.write() as connection:
                connection.execute(delivery.update().values(fence=delivery.c.fence + 1))
            seen.let_go.set()
            done.result(60)
        assert len(simulator.posts()) == 1


class Simultaneous:
    """Counts the calls that a network sees at once."""

    def __init__(self, simulator: Simulator) -> None:
        self._perform = simulator._perform
        self._lock = threading.Lock()
        self._now = 0
        self.most = 0
        self.arrived, self.let_go = threading.Event(), threading.Event()
        self.let_go.set()

    def perform(self, network: Network, request: Request) -> Answer | None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        self.arrived.set()
        self.let_go.wait(60)
        time.sleep(0.2)
        with self._lock:
            self._now -= 1
        return self._perform(network, request)
