"""A worker killed between the network's acceptance and our commit: one post, or a person asked."""

from __future__ import annotations

import os
import signal
import time

import pytest
from tests.conftest import Environment
from tests.engine.processes import all_alive, pid_of, pipeline_up, wait_for
from tests.engine.stage import PLATFORMS, connect, schedule

from socialpipe.model import State
from socialpipe.simulator import Simulator
from socialpipe.store import Store

QUICK = {"lease": 3, "settle_delay": 1, "keeper_interval": 0.3, "publish_threads": 8}


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_killed_between_accept_and_write(
    database: str, environment: Environment, request: pytest.FixtureRequest
) -> None:
    where = (
        {"database_url": request.getfixturevalue("postgres_url")} if database != "sqlite" else {}
    )
    store = Store(environment(**QUICK, **where))
    with Simulator() as simulator, pipeline_up():
        wait_for(lambda: all_alive(store), 30)
        ids = {}
        for platform in PLATFORMS:
            simulator.fault(platform, "hold", count=1, seconds=30.0)
            ids[platform] = schedule(store, connect(store, simulator, platform), f"On {platform}.")
        wait_for(lambda: len(simulator.posts()) == len(PLATFORMS), 20)
        os.kill(pid_of(store, "publish worker"), signal.SIGKILL)

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
