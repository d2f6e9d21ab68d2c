"""The deliveries of one message: each at its second, none waiting for another."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.engine.stage import connect, schedule

from socialpipe import pipeline
from socialpipe.engine import Engine
from socialpipe.model import Receipt, State
from socialpipe.pipeline import Ready
from socialpipe.simulator import Simulator
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

    def test_no_more_calls_at_once_than_the_settings_say(
        self, engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However many messages they came with."""
        store = engine.store
        for n in range(8):
            schedule(store, connect(store, simulator, "mastodon", f"c{n}"), f"{n}.")
        claimed = store.claims.claim(timedelta(0), "dispatcher")
        work = [(row.id, row.fence) for row in claimed]
        busy, most, lock = 0, 0, threading.Lock()

        def call(*_: object) -> Receipt:
            nonlocal busy, most
            with lock:
                busy += 1
                most = max(most, busy)
            time.sleep(0.05)
            with lock:
                busy -= 1
            return Receipt("1", None)

        monkeypatch.setattr(pipeline, "_publish", call)
        settings = engine.settings.model_copy(update={"publish_threads": 3})
        publisher = Publisher(replace(engine, settings=settings))
        messages = [
            threading.Thread(target=publisher.publish, args=(work[n : n + 4],)) for n in (0, 4)
        ]
        for one in messages:
            one.start()
        for one in messages:
            one.join()
        assert most == 3
        assert store.deliveries.counts() == {State.PUBLISHED: 8}
