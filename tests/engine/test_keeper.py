"""What dead workers leave behind, and who may claim what."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from tests.engine.stage import connect, post, schedule, schedule_many

from socialpipe.engine import Engine
from socialpipe.model import Part, Receipt, State, Unit
from socialpipe.pipeline import deliver
from socialpipe.recovery import settle
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.job import part_name
from socialpipe.store.jobs import LeaseLostError
from socialpipe.store.schema import delivery as table
from socialpipe.store.states import ALLOWED, Change, move
from socialpipe.worker.keeper import Keeper


def expire_leases(store: Store) -> None:
    with store.database.write() as connection:
        connection.execute(
            table.update()
            .where(table.c.lease_until.is_not(None))
            .values(lease_until=store.now() - timedelta(seconds=1))
        )


def state_of(store: Store, key: int) -> State:
    return store.deliveries.get(key).state


def test_lost_message_is_handed_out_again(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    (lost,) = store.claims.claim(timedelta(0), "dead")
    assert store.sweeps.sweep("keeper") == 0  # its lease runs
    expire_leases(store)
    assert store.sweeps.sweep("keeper") == 1
    (row,) = store.claims.claim(timedelta(0), "dispatcher")
    deliver(engine, row.id, row.fence)
    deliver(engine, lost.id, lost.fence)  # the lost message turns up after all
    assert state_of(store, key) is State.PUBLISHED
    assert len(simulator.posts()) == 1


def test_worker_that_dies_before_it_sends_leaves_nothing_unknown(
    engine: Engine, simulator: Simulator
) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "telegram"), "Hello.")
    (row,) = store.claims.claim(timedelta(0), "dispatcher")
    assert store.jobs.begin(row.id, row.fence, "dying") is not None
    expire_leases(store)
    Keeper(engine).round()
    assert state_of(store, key) is State.SCHEDULED


def test_worker_that_lost_its_lease_stops_before_the_next_call(
    engine: Engine, simulator: Simulator
) -> None:
    store = engine.store
    schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    (row,) = store.claims.claim(timedelta(0), "dispatcher")
    job = store.jobs.begin(row.id, row.fence, "slow")
    assert job is not None
    expire_leases(store)
    store.sweeps.sweep("keeper")
    with pytest.raises(LeaseLostError):
        store.jobs.sending(job, part_name(0))


def test_answer_that_comes_after_the_lease_still_counts(
    engine: Engine, simulator: Simulator
) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "telegram"), "Hello.")
    (row,) = store.claims.claim(timedelta(0), "dispatcher")
    job = store.jobs.begin(row.id, row.fence, "slow")
    assert job is not None
    store.jobs.sending(job, part_name(0))
    expire_leases(store)
    store.sweeps.sweep("keeper")
    assert state_of(store, key) is State.UNCERTAIN
    receipt = Receipt("7", "https://t.me/channel/7")
    store.jobs.sent(job, part_name(0), {"id": "7", "url": receipt.url, "extra": {}})
    assert store.jobs.published(job, receipt, "published")
    assert state_of(store, key) is State.PUBLISHED


def test_only_one_keeper_looks(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    simulator.fault("mastodon", "drop", count=1)
    (row,) = store.claims.claim(timedelta(0), "dispatcher")
    deliver(engine, row.id, row.fence)
    with store.database.write() as connection:
        connection.execute(table.update().values(look_at=store.now()))
    taken = [store.sweeps.take_uncertain(10, name) for name in ("one", "two")]
    assert [len(jobs) for jobs in taken] == [1, 0]
    settle(engine, taken[0][0])


def test_attempts_are_spent_by_uncertain_tries_too(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "x"), "Hello.", max_attempts=1)
    simulator.fault("x", "error", count=1)
    (row,) = store.claims.claim(timedelta(0), "dispatcher")
    deliver(engine, row.id, row.fence)
    for _ in range(2):
        with store.database.write() as connection:
            connection.execute(table.update().values(look_at=store.now()))
        Keeper(engine).round()
    assert state_of(store, key) is State.FAILED


def test_parallel_dispatchers_never_claim_the_same(store: Store, simulator: Simulator) -> None:
    channels = [connect(store, simulator, "mastodon", f"channel-{n}") for n in range(10)]
    for n in range(20):
        schedule_many(store, [(one, post("mastodon", f"Post {n}.")) for one in channels])
    claimed: list[int] = []
    lock = threading.Lock()

    def dispatch(name: int) -> None:
        while rows := store.claims.claim(timedelta(seconds=1), f"dispatcher {name}"):
            with lock:
                claimed.extend(row.id for row in rows)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(dispatch, range(4)))
    assert len(claimed) == len(set(claimed)) == 200


def test_busy_channel_does_not_starve_the_others(store: Store, simulator: Simulator) -> None:
    busy = connect(store, simulator, "mastodon", "busy")
    schedule_many(store, [(busy, post("mastodon", "First."))])
    for n in range(50):
        schedule(store, busy, f"Post {n}.")
    quiet = schedule(store, connect(store, simulator, "mastodon", "quiet"), "Hello.")
    first = store.claims.claim(timedelta(seconds=1), "dispatcher")
    assert quiet in [row.id for row in first]
    assert len(first) <= 4


def test_claim_that_could_not_be_sent_is_given_back(store: Store, simulator: Simulator) -> None:
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    claimed = store.claims.claim(timedelta(0), "dispatcher")
    store.claims.give_back(claimed, "dispatcher")
    assert state_of(store, key) is State.SCHEDULED
    (again,) = store.claims.claim(timedelta(0), "dispatcher")
    assert again.fence > claimed[0].fence


def test_state_machine_has_no_way_back_from_published(store: Store, simulator: Simulator) -> None:
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    assert ALLOWED[State.PUBLISHED] == frozenset()
    change = Change(store.now(), "test", "must not")
    with store.database.write() as connection, pytest.raises(ValueError, match="no transition"):
        move(connection, key, State.PUBLISHED, State.SCHEDULED, change)


def test_part_survives_the_store(store: Store, simulator: Simulator) -> None:
    channel = connect(store, simulator, "mastodon")
    key = schedule(store, channel, "줄 하나\r\n\n 줄 둘 👨‍👩‍👧‍👦 ")
    (row,) = store.claims.claim(timedelta(0), "dispatcher")
    job = store.jobs.begin(row.id, row.fence, "worker")
    assert job is not None
    text = "줄 하나\r\n\n 줄 둘 👨‍👩‍👧‍👦 "
    assert job.post.parts == (Part(text, len(text), 280, Unit.GRAPHEMES),)
    assert store.deliveries.texts(key) == [text]
