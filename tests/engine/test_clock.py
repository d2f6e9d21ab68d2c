"""Clocks that jump, and hosts whose clocks differ: nothing is lost, nothing comes twice."""

from __future__ import annotations

from datetime import datetime as real_datetime
from datetime import timedelta, tzinfo

import pytest
from tests.engine.stage import connect, schedule
from tests.engine.test_deliver import claim, look, only, run

from socialpipe.engine import Engine
from socialpipe.model import Recovery, State
from socialpipe.pipeline import deliver
from socialpipe.schedule.settle import key_holds
from socialpipe.simulator import Simulator
from socialpipe.store import database
from socialpipe.store.database import Database
from socialpipe.store.job import part_name
from socialpipe.worker import tasks
from socialpipe.worker.publisher import Publisher

HOURS = timedelta(hours=6)


def jump(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Set the one clock of the engine forward or back."""
    before = Database.now
    monkeypatch.setattr(Database, "now", lambda self: before(self) + by)


@pytest.mark.parametrize("by", [HOURS, -HOURS])
def test_jump_while_a_message_is_under_way(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, by: timedelta
) -> None:
    """Its worker died with it: the lease ends, though it was given by another clock."""
    store = engine.store
    schedule(store, connect(store, simulator, "mastodon"), "Hello.", grace=3 * HOURS)
    claim(store)
    jump(monkeypatch, by)
    assert store.sweeps.sweep("keeper") == 1
    run(engine, ahead=2 * HOURS)
    assert only(store).state is State.PUBLISHED
    assert len(simulator.posts()) == 1


@pytest.mark.parametrize("by", [HOURS, -HOURS])
@pytest.mark.parametrize("platform", ["x", "bluesky", "mastodon"])
def test_jump_while_a_call_is_under_way(
    engine: Engine,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    by: timedelta,
) -> None:
    """The answer was lost before the jump: keys and times of before are not trusted blindly."""
    store = engine.store
    schedule(store, connect(store, simulator, platform), "Hello.", grace=3 * HOURS)
    simulator.fault(platform, "drop", count=1)
    run(engine)
    jump(monkeypatch, by)
    look(engine)
    run(engine, ahead=2 * HOURS)
    assert only(store).state is State.PUBLISHED
    assert len(simulator.posts()) == 1


@pytest.mark.parametrize("by", [HOURS, -HOURS])
def test_worker_that_goes_on_after_a_jump(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, by: timedelta
) -> None:
    """The keeper takes it away, and then the worker's answer arrives after all."""
    store = engine.store
    schedule(store, connect(store, simulator, "telegram"), "Hello.")
    (row,) = claim(store)
    job = store.jobs.begin(row.id, row.fence, "slow")
    assert job is not None
    store.jobs.sending(job, part_name(0))
    jump(monkeypatch, by)
    assert store.sweeps.sweep("keeper") == 1
    assert only(store).state is State.UNCERTAIN
    store.jobs.sent(job, part_name(0), {"id": "7", "url": None, "extra": {}})
    receipt = job.receipt(0)
    assert receipt is not None
    assert store.jobs.published(job, receipt, "published")
    assert run(engine, ahead=2 * HOURS) == []
    assert simulator.posts() == []


def test_key_of_a_call_from_the_future_is_not_trusted() -> None:
    recovery = Recovery(key_lifetime=timedelta(hours=1))
    now = real_datetime.fromisoformat("2027-01-04T09:00:00+00:00")
    assert key_holds(recovery, now + timedelta(seconds=5), now)  # two hosts, a little apart
    assert not key_holds(recovery, now + HOURS, now)


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
@pytest.mark.parametrize("skew", [5, -5])
def test_host_whose_clock_is_off_publishes_at_the_second(
    engine: Engine,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    skew: int,
) -> None:
    """With PostgreSQL there is one clock, the database's; SQLite is on one host."""
    store = engine.store

    class Skewed(real_datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Skewed:
            return cls.fromtimestamp(super().now(tz).timestamp() + skew, tz)

    due = store.now() + timedelta(seconds=1.5)
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.", at=due)
    monkeypatch.setattr(database, "datetime", Skewed)
    monkeypatch.setattr(tasks, "publisher", lambda: Publisher(engine))
    (row,) = store.claims.claim(timedelta(seconds=2), "dispatcher")
    tasks.deliver(row.id, row.fence)
    deliver(engine, row.id, row.fence)  # the same message on another host
    found = store.deliveries.get(key)
    assert found.published_at is not None
    assert timedelta(0) <= found.published_at - due < timedelta(seconds=3)
    assert len(simulator.posts()) == 1
