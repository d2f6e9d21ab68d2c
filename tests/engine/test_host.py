"""SQLite is for one machine: a second one is refused, the first one never."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.conftest import Environment

from socialpipe.errors import SocialpipeError
from socialpipe.store import Store
from socialpipe.worker import host

OTHER = "0a1b2c other-machine"


@contextmanager
def another(store: Store) -> Iterator[None]:
    """Let another machine work on the database."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(0.3):
            store.heartbeats.beat("dispatcher", "other-machine:1", OTHER)

    store.heartbeats.beat("dispatcher", "other-machine:1", OTHER)
    thread = threading.Thread(target=beat)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.fixture
def sqlite(environment: Environment) -> Iterator[Store]:
    store = Store(environment())
    yield store
    store.close()


def test_second_machine_is_refused(sqlite: Store) -> None:
    with another(sqlite), pytest.raises(SocialpipeError, match="other-machine works on this"):
        host.be_the_only_one(sqlite)


@pytest.mark.parametrize("command", [("up", "--port", "0"), ("db", "upgrade")])
def test_only_what_works_on_the_queue_is_refused(sqlite: Store, command: tuple[str, ...]) -> None:
    with another(sqlite):
        done = subprocess.run(
            [sys.executable, "-m", "socialpipe", *command],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    refused = command[0] == "up"
    assert done.returncode == int(refused)
    assert ("SQLite is for one machine" in done.stderr) is refused
    assert "Traceback" not in done.stderr


def test_machine_that_crashed_is_forgotten(sqlite: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a crash, or with a clock that is hours ahead: who is silent is gone."""
    sqlite.heartbeats.beat("dispatcher", "other-machine:1", OTHER)
    monkeypatch.setattr(host, "_WATCH", 1.0)
    began = time.monotonic()
    host.be_the_only_one(sqlite)
    assert time.monotonic() - began >= 1.0
    assert sqlite.heartbeats.hosts() == {}


def test_same_machine_under_another_name_is_no_other(sqlite: Store) -> None:
    """A container that was made anew; or two that share a volume."""
    identity = host.name().split(" ")[0]
    sqlite.heartbeats.beat("dispatcher", "before:1", f"{identity} before")
    began = time.monotonic()
    host.be_the_only_one(sqlite)
    assert time.monotonic() - began < 1.0
    assert set(sqlite.heartbeats.hosts()) == {f"{identity} before"}


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_postgresql_is_for_many(store: Store) -> None:
    store.heartbeats.beat("dispatcher", "other-machine:1", OTHER)
    assert store.heartbeats.hosts() == {}
    host.be_the_only_one(store)
