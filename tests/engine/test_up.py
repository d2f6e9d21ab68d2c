"""`socialpipe up`: comes up, mends itself, refuses a twin, goes down without a trace."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta

import requests
from tests.conftest import Environment
from tests.engine.processes import all_alive, lives, pid_of, pipeline_up, wait_for
from tests.engine.stage import connect, schedule

from socialpipe.model import State
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.worker import broker

ROLES = ("publish worker", "prepare worker", "dispatcher", "keeper")


def test_up_mends_itself_and_stops_cleanly(environment: Environment) -> None:
    settings = environment(lease=3, keeper_interval=0.3)
    store = Store(settings)
    with Simulator() as simulator, pipeline_up() as process:
        wait_for(lambda: all_alive(store), 30)
        assert process.stdout is not None
        url = process.stdout.readline().rsplit(" ", 1)[1].strip()
        wait_for(lambda: requests.get(f"{url}/healthz", timeout=5).ok, 10)
        assert "socialpipe_deliveries" in requests.get(f"{url}/metrics", timeout=5).text

        twin = subprocess.run(
            [sys.executable, "-m", "socialpipe", "up", "--port", "0"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert twin.returncode == 1
        assert "up already" in twin.stderr
        assert "Traceback" not in twin.stderr

        before = {role: pid_of(store, role) for role in ROLES}
        for pid in before.values():
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: all(pid_of(store, role) != before[role] for role in ROLES), 30)
        key = schedule(store, connect(store, simulator, "mastodon"), "After the storm.")
        wait_for(lambda: store.deliveries.get(key).state is State.PUBLISHED, 20)
        assert requests.get(url, timeout=5).text.count("After") <= 1
        after = [pid_of(store, role) for role in ROLES]
    wait_for(lambda: not any(map(lives, after)), 5)
    assert not broker.socket_path(settings.data_dir).exists()
    store.close()


def test_stop_while_it_comes_up_is_a_stop(environment: Environment) -> None:
    """The context asserts exit code 0: every role was stopped in order."""
    settings = environment()
    with pipeline_up():
        wait_for((settings.data_dir / "up.lock").exists, 60)
        time.sleep(0.5)


def test_vanished_data_directory_keeps_nobody_from_stopping(environment: Environment) -> None:
    settings = environment(lease=3)
    store = Store(settings)
    with pipeline_up() as process:
        wait_for(lambda: all_alive(store), 60)
        keeper = pid_of(store, "keeper")
        store.close()
        shutil.rmtree(settings.data_dir)
        os.kill(keeper, signal.SIGKILL)  # it is started again, whatever is left to start it in
        time.sleep(2)
        assert process.poll() is None
        process.terminate()
        assert process.wait(20) == 0


def test_flushed_redis_loses_nothing(environment: Environment) -> None:
    """Whatever Redis forgets, the lease brings back."""
    settings = environment(lease=2, keeper_interval=0.3)
    store = Store(settings)
    with Simulator(latency=0.05) as simulator, pipeline_up():
        wait_for(lambda: all_alive(store), 30)
        channels = [connect(store, simulator, "mastodon", f"channel-{n}") for n in range(4)]
        due = store.now() + timedelta(seconds=3)
        keys = [
            schedule(store, channel, f"{channel.name} says {n}.", at=due)
            for n in range(10)
            for channel in channels
        ]
        connection = broker.client(settings)
        for _ in range(40):
            connection.flushall()
            connection.ping()
        wait_for(lambda: store.now() >= due, 10)
        connection.flushall()
        connection.close()

        def all_published() -> bool:
            return all(store.deliveries.get(key).state is State.PUBLISHED for key in keys)

        wait_for(all_published, 60)
        assert len(simulator.posts("mastodon")) == len(keys)
    store.close()
