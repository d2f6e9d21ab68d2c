"""Deliveries in sets: what is begun ahead, waits in line, and is written down with others."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from tests.engine.processes import wait_for
from tests.engine.stage import connect, schedule

from socialpipe import pipeline
from socialpipe.engine import Engine
from socialpipe.errors import NotSent
from socialpipe.model import Receipt, State
from socialpipe.outcome import Ended, write_down
from socialpipe.platforms.base import PartRequest
from socialpipe.platforms.mastodon import Mastodon
from socialpipe.simulator import Simulator
from socialpipe.store.job import part_name
from socialpipe.store.jobs import LeaseLostError
from socialpipe.store.schema import delivery as table
from socialpipe.store.schema import step
from socialpipe.worker.line import Line
from socialpipe.worker.publisher import Publisher
from socialpipe.worker.sets import LONGEST, Sets


def claimed(engine: Engine, simulator: Simulator, count: int) -> list[tuple[int, int]]:
    """Schedule one delivery on each of so many channels, and claim them."""
    for n in range(count):
        channel = connect(engine.store, simulator, "mastodon", f"c{n}")
        schedule(engine.store, channel, f"Post {n}.")
    rows = engine.store.claims.claim(timedelta(0), "dispatcher")
    return [(row.id, row.fence) for row in rows]


def test_a_set_is_announced_on_disk_before_any_of_its_calls(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, seen = engine.store, []

    def publish(_self: object, request: PartRequest) -> Receipt:
        with store.database.read() as connection:
            states = connection.scalars(sa.select(table.c.state)).all()
            known = connection.scalars(sa.select(step.c.name)).all()
        seen.append((states, known))
        return Receipt(request.key, None)

    monkeypatch.setattr(Mastodon, "publish", publish)
    ready = pipeline.begin(engine, claimed(engine, simulator, 3))
    assert len(pipeline.announce(engine, ready)) == 3
    ended = [Ended(one.job, pipeline.go(engine, one)) for one in ready]
    assert seen == [([State.PUBLISHING] * 3, [part_name(0)] * 3)] * 3
    write_down(engine, ended)
    assert store.deliveries.counts() == {State.PUBLISHED: 3}


def test_what_was_begun_is_held_by_a_freeze_or_a_pause_that_comes_before_its_call(
    engine: Engine, simulator: Simulator
) -> None:
    store = engine.store
    ready = pipeline.begin(engine, claimed(engine, simulator, 2))
    store.channels.pause(ready[0].job.channel.id, "by hand")
    assert pipeline.announce(engine, ready) == {ready[1].job.delivery.id}
    store.switches.freeze("ann", "a crisis")
    assert pipeline.announce(engine, ready[1:]) == set()
    found = store.deliveries.find()
    assert {(one.state, one.attempt) for one in found} == {(State.SCHEDULED, 0)}
    assert simulator.posts() == []


def test_a_set_in_which_one_has_lost_its_lease_goes_on_without_it(
    engine: Engine, simulator: Simulator
) -> None:
    ready = pipeline.begin(engine, claimed(engine, simulator, 3))
    lost = ready[1].job.delivery.id
    with engine.store.database.write() as connection:
        mine = table.c.id == lost
        connection.execute(table.update().where(mine).values(fence=table.c.fence + 1))
    pipeline.announce(engine, ready)
    ended = [Ended(one.job, pipeline.go(engine, one)) for one in ready]
    assert [one.outcome is None for one in ended] == [False, True, False]
    write_down(engine, ended)
    assert engine.store.deliveries.counts() == {State.PUBLISHED: 2, State.PUBLISHING: 1}
    assert len(simulator.posts()) == 2


def test_a_set_of_answers_is_written_down_though_one_is_lost(
    engine: Engine, simulator: Simulator
) -> None:
    """The one that the keeper took meanwhile counts nevertheless: it is out."""
    store = engine.store
    ready = pipeline.begin(engine, claimed(engine, simulator, 3))
    pipeline.announce(engine, ready)
    ended = [Ended(one.job, pipeline.go(engine, one)) for one in ready]
    with store.database.write() as connection:
        mine = table.c.id == ready[1].job.delivery.id
        over = store.now() - timedelta(seconds=1)
        connection.execute(table.update().where(mine).values(lease_until=over))
    assert store.sweeps.sweep("keeper") == 1
    write_down(engine, ended)
    assert store.deliveries.counts() == {State.PUBLISHED: 3}


def test_an_announced_call_that_comes_late_asks_for_its_lease_again(
    engine: Engine, simulator: Simulator
) -> None:
    ready = pipeline.begin(engine, claimed(engine, simulator, 1))
    pipeline.announce(engine, ready)
    (job,) = (one.job for one in ready)
    time.sleep(1.1)
    with engine.store.database.write() as connection:
        connection.execute(table.update().values(fence=table.c.fence + 1))
    with pytest.raises(LeaseLostError):
        engine.store.jobs.sending(job, part_name(0))


def test_a_call_of_a_network_that_cannot_be_asked_is_written_down_when_it_is_made(
    engine: Engine, simulator: Simulator
) -> None:
    """Else a person would have to look for what was never sent."""
    schedule(engine.store, connect(engine.store, simulator, "telegram"), "Hello.")
    (row,) = engine.store.claims.claim(timedelta(0), "dispatcher")
    ready = pipeline.begin(engine, [(row.id, row.fence)])
    assert pipeline.announce(engine, ready) == {row.id}
    assert ready[0].job.steps == {}


def test_an_announced_call_that_was_not_made_leaves_no_trace(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Receipt:
        raise NotSent("The adapter could not begin.")

    ready = pipeline.begin(engine, claimed(engine, simulator, 1))
    pipeline.announce(engine, ready)
    monkeypatch.setattr(pipeline, "_publish", fail)
    write_down(engine, [Ended(ready[0].job, pipeline.go(engine, ready[0]))])
    with engine.store.database.read() as connection:
        assert connection.execute(sa.select(step)).all() == []


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_leases_of_those_that_wait_in_line_are_kept(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind slow calls a delivery waits for longer than its lease."""
    monkeypatch.setattr(pipeline, "go", lambda *_: time.sleep(10))
    store = engine.store
    settings = engine.settings.model_copy(update={"publish_threads": 1, "lease": 1.0})
    monkeypatch.setattr(store.jobs, "_lease", timedelta(seconds=1))
    work = claimed(engine, simulator, 6)
    publisher = Publisher(Engine(store, settings, engine.http, "test"))
    threading.Thread(target=publisher.publish, args=(work,), daemon=True).start()
    time.sleep(2.0)
    with store.database.read() as connection:
        leases = connection.scalars(sa.select(table.c.lease_until)).all()
    waiting = [one for one in leases if one > store.now()]
    assert len(waiting) >= 3  # of six: one is called for, one is next


def test_the_line_lets_out_at_their_time_the_earliest_first_and_no_more_than_fit() -> None:
    out: list[str] = []
    enough = threading.Event()

    def let_out(ones: Sequence[str]) -> None:
        out.extend(ones)
        if len(out) == 3:
            enough.set()

    line = Line(2, 1, let_out)
    now = time.monotonic()
    for at, name in ((0.3, "c"), (0.1, "b"), (0.0, "a"), (0.3, "d"), (60.0, "e")):
        line.join(now + at, name)
    assert enough.wait(30)
    assert time.monotonic() - now >= 0.3
    time.sleep(0.2)
    assert out == ["a", "b", "c"]
    assert line.waiting() == ["d", "e"]
    assert line.is_busy()
    line.leave()
    deadline = time.monotonic() + 30
    while len(out) < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert out == ["a", "b", "c", "d"]
    assert not line.is_busy()  # the last one's time has not come


def test_the_line_lets_more_out_where_all_is_gone_at_once() -> None:
    sizes: list[int] = []
    line: Line[int]

    def let_out(ones: Sequence[int]) -> None:
        sizes.append(len(ones))
        if sum(sizes) < 500:
            time.sleep(0.02)
            line.leave(len(ones))

    line = Line(2, 2, let_out)
    for n in range(600):
        line.join(time.monotonic() + 0.1, n)
    wait_for(lambda: sum(sizes) >= 500, 60)
    assert sizes[0] <= 4 < max(sizes)


def _are(out: Sequence[int], count: int) -> bool:
    return len(out) >= count


def test_the_line_lets_few_out_where_calls_are_slow() -> None:
    out: list[int] = []
    line = Line(2, 2, out.extend)
    for n in range(20):
        line.join(time.monotonic(), n)
    for gone in range(6):
        wait_for(partial(_are, out, 2 + gone), 30)
        assert len(out) <= 4 + gone
        time.sleep(0.15)
        line.leave()


def test_sets_wait_for_company_only_while_something_more_urgent_is_to_be_done() -> None:
    busy = threading.Event()
    sets: list[Sequence[int]] = []
    done: Sets[int] = Sets(10, sets.append, busy.is_set)
    done.put(1)
    wait_for(lambda: sets == [[1]], 30)
    busy.set()
    for n in (2, 3, 4):
        done.put(n)
        time.sleep(0.02)
    wait_for(lambda: len(sets) == 2, 30)
    assert sets[1:] == [[2, 3, 4]]
    begun = time.monotonic()
    done.put(5, soon=True)
    wait_for(lambda: len(sets) == 3, 30)
    assert sets[2:] == [[5]]
    assert time.monotonic() - begun < LONGEST
