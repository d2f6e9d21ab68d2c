"""A worker killed between the network's acceptance and our commit: one post, or a person asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from tests.conftest import Environment
from tests.engine.stage import PLATFORMS, connect, schedule

from socialpipe.model import State
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.schema import heartbeat

QUICK = {"lease": 3, "settle_delay": 1, "keeper_interval": 0.3, "publish_threads": 8}


@contextmanager
def pipeline_up() -> Iterator[subprocess.Popen[bytes]]:
    """Run `socialpipe up` with this process's environment."""
    process = subprocess.Popen([sys.executable, "-m", "socialpipe", "up", "--port", "0"])
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(60) == 0


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def publisher_pid(store: Store) -> int | None:
    query = sa.select(heartbeat.c.actor).where(heartbeat.c.role == "publish worker")
    with store.database.read() as connection:
        actor = connection.execute(query.order_by(heartbeat.c.at.desc())).scalars().first()
    return int(actor.rsplit(":", 1)[1]) if actor else None


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_killed_between_accept_and_write(
    database: str, environment: Environment, request: pytest.FixtureRequest
) -> None:
    where = (
        {"database_url": request.getfixturevalue("postgres_url")} if database != "sqlite" else {}
    )
    store = Store(environment(**QUICK, **where))
    with Simulator() as simulator, pipeline_up():
        wait_for(lambda: all(store.heartbeats.alive().values()), 30)
        ids = {}
        for platform in PLATFORMS:
            simulator.fault(platform, "hold", count=1, seconds=30.0)
            ids[platform] = schedule(store, connect(store, simulator, platform), f"On {platform}.")
        wait_for(lambda: len(simulator.posts()) == len(PLATFORMS), 20)
        pid = publisher_pid(store)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

        def settled() -> bool:
            found = {one.id: one for one in store.deliveries.find()}
            asked = found[ids["telegram"]]
            return (
                asked.state is State.UNCERTAIN
                and asked.look_at is None
                and all(
                    found[ids[name]].state is State.PUBLISHED
                    for name in ("x", "bluesky", "mastodon")
                )
            )

        wait_for(settled, 60)
        time.sleep(1.5)  # whoever would publish twice has had the time to
        for platform in PLATFORMS:
            assert len(simulator.posts(platform)) == 1, platform
    store.close()
