"""The keeper process tells hooks and looks over what waits, while everything runs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.conftest import Environment
from tests.engine.processes import all_alive, pipeline_up, wait_for
from tests.engine.stage import connect, schedule
from tests.hooks.conftest import SECRET, Receiver

from socialpipe.schedule.topics import Topic
from socialpipe.simulator import Simulator
from socialpipe.store import Store


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_hooks_and_preflight_while_up(
    database: str, environment: Environment, request: pytest.FixtureRequest, receiver: Receiver
) -> None:
    where = (
        {"database_url": request.getfixturevalue("postgres_url")} if database != "sqlite" else {}
    )
    store = Store(environment(keeper_interval=0.3, **where))
    store.hooks.add(receiver.url, list(Topic), SECRET)
    with Simulator() as simulator, pipeline_up():
        wait_for(lambda: all_alive(store), 30)
        channel = connect(store, simulator, "mastodon")
        now = schedule(store, channel, "Now.")
        wait_for(lambda: "published" in receiver.types, 30)
        paused = connect(store, simulator, "x")
        store.channels.pause(paused.id, "by hand")
        later = schedule(store, paused, "Later.", at=store.now() + timedelta(days=2))
        wait_for(lambda: "warned" in receiver.types, 30)
    told = {body["type"]: body["data"]["delivery"] for body in receiver.bodies}
    assert told == {"delivery.published": now, "delivery.warned": later}
    assert len(receiver.bodies) == 2
    assert "by hand" in store.deliveries.get(later).warnings[0]
    store.close()
