"""Whose turn it is: workspaces, channels, and no more in workers' hands than there is room for."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from tests.engine.stage import connect, post, schedule, schedule_many
from tests.engine.test_deliver import SOON

from socialpipe.engine import Engine
from socialpipe.model import Channel
from socialpipe.pipeline import deliver
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.claims import Room
from socialpipe.store.schema import channel as channel_table
from socialpipe.store.schema import workspace

LARGE = 60  # channels: more than a claim serves


def fill(store: Store, simulator: Simulator, count: int, prefix: str, posts: int) -> list[Channel]:
    """Give so many channels so many due posts each."""
    channels = [connect(store, simulator, "mastodon", f"{prefix}-{n}") for n in range(count)]
    for n in range(posts):
        schedule_many(store, [(one, post("mastodon", f"{prefix} {n}.")) for one in channels])
    return channels


def move_to_workspace(store: Store, name: str, *channels: Channel) -> None:
    with store.database.write() as connection:
        new = sa.insert(workspace).values(name=name, created_at=store.now())
        key = connection.execute(new.returning(workspace.c.id)).scalar_one()
        mine = channel_table.c.id.in_([one.id for one in channels])
        connection.execute(sa.update(channel_table).where(mine).values(workspace_id=key))


def test_large_workspace_does_not_starve_a_small_one(store: Store, simulator: Simulator) -> None:
    fill(store, simulator, LARGE, "large", posts=3)
    small = connect(store, simulator, "mastodon", "small")
    keys = {schedule(store, small, f"Post {n}.") for n in range(4)}
    move_to_workspace(store, "small", small)
    first = {row.id for row in store.claims.claim(SOON, "dispatcher")}
    second = {row.id for row in store.claims.claim(SOON, "dispatcher")}
    assert len(first & keys) == len(second & keys) == 2
    assert len(first) > LARGE // 2


def test_workspaces_take_turns(store: Store, simulator: Simulator) -> None:
    """There are more than a claim serves: whoever was served comes last."""
    spaces = [fill(store, simulator, 1, f"channel-{n}", posts=3)[0] for n in range(LARGE)]
    for n, one in enumerate(spaces[1:]):
        move_to_workspace(store, f"space-{n}", one)
    served = [store.claims.claim(SOON, "dispatcher") for _ in range(2)]
    claimed = {store.deliveries.get(row.id).channel for batch in served for row in batch}
    assert len(claimed) == LARGE


def test_channel_with_its_hands_full_is_passed_over(store: Store, simulator: Simulator) -> None:
    (busy,) = fill(store, simulator, 1, "busy", posts=9)
    room = Room(at_all=100, a_channel=4)
    assert [len(store.claims.claim(SOON, "dispatcher", room)) for _ in range(3)] == [2, 2, 0]
    quiet = schedule(store, connect(store, simulator, "mastodon", "quiet"), "Hello.")
    assert [row.id for row in store.claims.claim(SOON, "dispatcher", room)] == [quiet]
    assert store.deliveries.get(quiet).channel_id != busy.id


def test_no_more_is_handed_out_than_there_is_room_for(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    fill(store, simulator, 3, "channel", posts=4)
    room = Room(at_all=6, a_channel=100)
    handed = store.claims.claim(SOON, "dispatcher", room)
    assert len(handed) == 6
    assert store.claims.claim(SOON, "dispatcher", room) == []
    deliver(engine, handed[0].id, handed[0].fence)
    assert store.claims.claim(SOON, "dispatcher", room)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_nothing_that_is_done_all_the_time_reads_a_whole_table(
    engine: Engine, simulator: Simulator
) -> None:
    """With a million rows, one such query every few seconds would be all that there is."""
    store = engine.store
    fill(store, simulator, 2, "channel", posts=2)
    asked: dict[str, tuple[object, ...]] = {}

    def note(*arguments: object) -> None:
        _, _, statement, parameters, *_ = arguments
        if isinstance(statement, str) and statement.startswith(("SELECT", "UPDATE", "DELETE")):
            assert isinstance(parameters, tuple)
            asked[statement] = parameters

    sa.event.listen(store.database.engine, "before_cursor_execute", note)
    for row in store.claims.claim(SOON, "dispatcher", Room(10, 10)):
        store.jobs.due([(row.id, row.fence)])
        deliver(engine, row.id, row.fence)
    store.claims.next_due()
    store.sweeps.sweep("keeper")
    store.sweeps.take_uncertain(10, "keeper")
    sa.event.remove(store.database.engine, "before_cursor_execute", note)
    with store.database.read() as connection:
        for statement, parameters in asked.items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row.detail for row in plan]
            whole = [step for step in steps if step in {"SCAN delivery", "SCAN event", "SCAN step"}]
            assert not whole, statement
    assert len(asked) > 10
