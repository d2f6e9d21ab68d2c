"""The guards that keep a post from going out twice, or at all. Delete one: its test turns red."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from tests.engine.stage import connect, schedule
from tests.engine.test_deliver import claim, look, only, run

from socialpipe.engine import Engine
from socialpipe.errors import Refused, Rejected, Unknown
from socialpipe.model import Card, Receipt, State
from socialpipe.pipeline import deliver
from socialpipe.platforms.base import PartRequest
from socialpipe.platforms.mastodon import Mastodon
from socialpipe.platforms.telegram import Telegram
from socialpipe.simulator import Simulator
from socialpipe.store import Store, gates, reading
from socialpipe.store.job import part_name
from socialpipe.store.jobs import LeaseLostError
from socialpipe.store.schema import delivery as table
from socialpipe.store.schema import step
from socialpipe.store.states import Change, move

Spy = list[PartRequest]


def spy(
    monkeypatch: pytest.MonkeyPatch,
    platform: type[Mastodon | Telegram],
    answer: Callable[[PartRequest], Receipt],
) -> Spy:
    """Let `answer` publish; return what it was asked."""
    asked: Spy = []

    def publish(_self: object, request: PartRequest) -> Receipt:
        asked.append(request)
        return answer(request)

    monkeypatch.setattr(platform, "publish", publish)
    return asked


def lose(_request: PartRequest) -> Receipt:
    raise Unknown("The answer was lost.")


def accept(_request: PartRequest) -> Receipt:
    return Receipt("1", "https://m.example/1")


# ── intent: what is about to happen is on disk before it does ──────────────────────────────────


def test_intent_is_committed_before_the_call(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = engine.store
    schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    seen = []

    def answer(_request: PartRequest) -> Receipt:
        with store.database.read() as connection:  # another connection, as another process has
            found = connection.execute(sa.select(table.c.state, table.c.lease_until)).one()
            sent = connection.execute(sa.select(step.c.name, step.c.result)).all()
        seen.append((found.state, found.lease_until > store.now(), [tuple(row) for row in sent]))
        return accept(_request)

    spy(monkeypatch, Mastodon, answer)
    run(engine)
    assert seen == [(State.PUBLISHING, True, [(part_name(0), None)])]


def test_answer_is_on_disk_before_the_next_call(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = engine.store
    schedule(store, connect(store, simulator, "mastodon"), "One.", "Two.")
    answered = []

    def answer(request: PartRequest) -> Receipt:
        with store.database.read() as connection:
            names = connection.scalars(sa.select(step.c.name).where(step.c.result.is_not(None)))
            answered.append(list(names))
        return accept(request)

    spy(monkeypatch, Mastodon, answer)
    run(engine)
    assert answered == [[], [part_name(0)]]


# ── fence: of all messages about a delivery only the newest counts, and only once ──────────────


def test_message_with_an_old_fence_does_nothing(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = engine.store
    schedule(store, connect(store, simulator, "telegram"), "Hello.")
    asked = spy(monkeypatch, Telegram, accept)
    weighed = []
    ask = gates.ask

    def weigh(*case: Any) -> gates.Stop | None:
        weighed.append(case)
        return ask(*case)

    monkeypatch.setattr(gates, "ask", weigh)
    (row,) = claim(store)
    deliver(engine, row.id, row.fence - 1)
    deliver(engine, row.id, row.fence + 1)
    assert asked == []
    for _ in range(10):
        deliver(engine, row.id, row.fence)
    assert len(asked) == len(weighed) == 1


def test_worker_that_read_before_another_won_loses(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read `claimed`; the compare-and-set decides."""
    store = engine.store
    schedule(store, connect(store, simulator, "telegram"), "Hello.")
    (row,) = claim(store)
    with store.database.read() as connection:
        before = reading.find_all(connection, [row.id])
    asked = spy(monkeypatch, Telegram, accept)
    deliver(engine, row.id, row.fence)
    monkeypatch.setattr(reading, "find_all", lambda *_, **__: before)
    assert store.jobs.begin(row.id, row.fence, "slow") is None
    assert len(asked) == 1


def test_worker_that_read_before_it_was_claimed_anew_loses(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both see `claimed`, of two different claims."""
    store = engine.store
    schedule(store, connect(store, simulator, "telegram"), "Hello.")
    (row,) = claim(store)
    with store.database.read() as connection:
        before = reading.find_all(connection, [row.id])
    with store.database.write() as connection:
        connection.execute(table.update().values(lease_until=store.now() - timedelta(seconds=1)))
    store.sweeps.sweep("keeper")
    claim(store)
    with monkeypatch.context() as patch:
        patch.setattr(reading, "find_all", lambda *_, **__: before)
        assert store.jobs.begin(row.id, row.fence, "slow") is None
    assert only(store).state is State.CLAIMED


def test_keeper_that_lost_its_turn_changes_nothing(engine: Engine, simulator: Simulator) -> None:
    """While it looked, a person settled the delivery."""
    store = engine.store
    key = schedule(store, connect(store, simulator, "x"), "Hello.")
    simulator.fault("x", "drop", count=1)
    run(engine)
    with store.database.write() as connection:
        connection.execute(table.update().values(look_at=store.now()))
    (job,) = store.sweeps.take_uncertain(1, "keeper")
    store.deliveries.confirm_absent(key)
    assert not store.jobs.close(job, State.UNCERTAIN, "not found", outcome="Unknown")
    assert only(store).state is State.SCHEDULED


# ── lease: who is silent for too long loses the delivery, nobody before ────────────────────────


def test_lease_that_runs_is_respected_and_one_that_ended_is_not(
    engine: Engine, simulator: Simulator
) -> None:
    store = engine.store
    schedule(store, connect(store, simulator, "telegram"), "Hello.")
    (row,) = claim(store)
    assert store.sweeps.sweep("keeper") == 0
    job = store.jobs.begin(row.id, row.fence, "slow")
    assert job is not None
    assert store.sweeps.sweep("keeper") == 0
    with store.database.write() as connection:
        connection.execute(table.update().values(lease_until=store.now() - timedelta(seconds=1)))
    assert store.sweeps.sweep("keeper") == 1
    with pytest.raises(LeaseLostError):
        store.jobs.sending(job, part_name(0))


def test_each_call_renews_the_lease(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    schedule(store, connect(store, simulator, "telegram"), "Hello.")
    (row,) = claim(store)
    job = store.jobs.begin(row.id, row.fence, "slow")
    assert job is not None
    soon = store.now() + timedelta(seconds=1)
    with store.database.write() as connection:
        connection.execute(table.update().values(lease_until=soon))
    store.jobs.sending(job, part_name(0))
    lease = only(store).lease_until
    assert lease is not None
    assert lease > soon + timedelta(seconds=60)


# ── frozen key: a repeat is the same request, to the byte ──────────────────────────────────────


def test_repeat_is_identical(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, picture: Card
) -> None:
    store = engine.store
    schedule(store, connect(store, simulator, "mastodon"), "Hello.", cards=(picture,))
    asked = spy(monkeypatch, Mastodon, lose)
    run(engine)
    monkeypatch.setattr(Mastodon, "find", lambda *_: None)
    time.sleep(0.02)  # times are kept to the millisecond
    look(engine)
    run(engine)
    first, second = asked
    assert first == second
    assert first.key == only(store).key
    assert first.created_at == only(store).frozen_at


def test_expired_key_is_not_sent_again(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the delivery came back to a worker: the key no longer keeps a twin away."""
    store = engine.store
    schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    asked = spy(monkeypatch, Mastodon, lose)
    run(engine)
    with store.database.write() as connection:
        connection.execute(table.update().values(state=State.SCHEDULED, look_at=None))
        connection.execute(step.update().values(sent_at=store.now() - timedelta(hours=2)))
    run(engine)
    assert len(asked) == 1
    assert only(store).state is State.UNCERTAIN


def test_refused_repeat_is_no_proof_of_absence(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network may refuse it because it has it."""
    store = engine.store
    schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    outcomes = iter([Unknown("lost"), Rejected("Status is a duplicate.")])

    def answer(_request: PartRequest) -> Receipt:
        raise next(outcomes)

    spy(monkeypatch, Mastodon, answer)
    monkeypatch.setattr(Mastodon, "find", lambda *_: None)
    run(engine)
    look(engine)
    run(engine)
    assert only(store).state is State.UNCERTAIN


def test_network_that_says_it_has_the_post_is_believed(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not show it among the newest: two misses are no proof against its own word."""
    store = engine.store
    schedule(store, connect(store, simulator, "x"), "Hello.")
    simulator.fault("x", "drop", count=1)
    monkeypatch.setattr("socialpipe.platforms.x.X.find", lambda *_: None)
    run(engine)
    for _ in range(2):
        look(engine)
    run(engine)  # X refuses the same text
    for _ in range(2):
        look(engine)
    found = only(store)
    assert (found.state, found.look_at) == (State.UNCERTAIN, None)
    assert "says that it has" in (found.reason or "")
    assert len(simulator.posts()) == 1


def test_one_miss_proves_nothing(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = engine.store
    schedule(store, connect(store, simulator, "x"), "Hello.")
    simulator.fault("x", "drop", count=1)
    run(engine)
    with monkeypatch.context() as patch:  # the network shows the post only later
        patch.setattr("socialpipe.platforms.x.X.find", lambda *_: None)
        look(engine)
    assert only(store).state is State.UNCERTAIN
    look(engine)
    assert only(store).state is State.PUBLISHED
    assert len(simulator.posts()) == 1


def test_uncertain_is_locked_for_people_too(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "telegram"), "Hello.")
    simulator.fault("telegram", "drop", count=1)
    run(engine)
    with pytest.raises(Refused, match="twice"):
        store.deliveries.retry(key)
    with pytest.raises(Refused, match="too late"):
        store.deliveries.cancel(key)
    assert len(simulator.posts()) == 1


# ── fuse: twins and budgets ────────────────────────────────────────────────────────────────────


def test_twin_is_held(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    channel = connect(store, simulator, "telegram")
    schedule(store, channel, "Hello.")
    run(engine)
    second = schedule(store, channel, "Hello.")
    run(engine)
    assert store.deliveries.get(second).state is State.IN_REVIEW
    assert len(simulator.posts()) == 1


@pytest.mark.parametrize("budget", ["max_per_hour", "max_per_day"])
def test_budget_of_a_channel_holds(engine: Engine, simulator: Simulator, budget: str) -> None:
    store = engine.store
    channel = connect(store, simulator, "telegram")
    store.channels.configure(channel, {**channel.settings, budget: "2"}, "UTC")
    for n in range(4):
        schedule(store, channel, f"Post {n}.")
    for _ in range(4):
        run(engine)
    assert len(simulator.posts()) == 2


# ── validator: what cannot be right is not sent, and not written ───────────────────────────────


def test_text_beyond_the_limit_is_never_sent(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    schedule(store, connect(store, simulator, "mastodon"), "x" * 501)
    run(engine)
    found = only(store)
    assert found.state is State.FAILED
    assert "500" in (found.reason or "")
    assert simulator.calls() == []


def test_state_machine_knows_no_way_back(store: Store, simulator: Simulator) -> None:
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    with store.database.write() as connection:
        connection.execute(table.update().values(state=State.PUBLISHED))
    change = Change(store.now(), "test", "must not")
    with store.database.write() as connection, pytest.raises(ValueError, match="no transition"):
        move(connection, key, State.PUBLISHED, State.SCHEDULED, change)
    assert only(store).state is State.PUBLISHED
