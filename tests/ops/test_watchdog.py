"""A worker that takes nothing while messages wait is ended; one that works, or rests, is not."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import redis
from tests.conftest import Environment

from socialpipe.engine import Engine
from socialpipe.platforms.http import Http
from socialpipe.settings import load
from socialpipe.store import Store
from socialpipe.worker import broker, watchdog
from socialpipe.worker.messages import DELIVER, send
from socialpipe.worker.publisher import Publisher
from socialpipe.worker.watchdog import Watchdog

HTTP = Http(connect_timeout=1, read_timeout=1, allow_private_hosts=True)


@pytest.fixture
def connection(environment: Environment, redis_url: str) -> Iterator[redis.Redis]:
    with broker.client(environment(redis_url=redis_url)) as opened:
        opened.flushdb()
        yield opened


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Whom the watchdog ended, and how."""
    found: list[tuple[int, int]] = []
    monkeypatch.setattr(watchdog, "_LOOK", 0.05)
    kill = SimpleNamespace(kill=lambda *call: found.append(call), getpid=os.getpid)
    monkeypatch.setattr(watchdog, "os", kill)
    return found


def watch(dog: Watchdog, seconds: float = 1.0) -> None:
    stop = threading.Event()
    timer = threading.Timer(seconds, stop.set)
    timer.start()
    dog.run(stop)
    timer.cancel()


def test_stalled_worker_is_ended(connection: redis.Redis, ended: list[tuple[int, int]]) -> None:
    send(connection, DELIVER, [(1, 1)])
    watch(Watchdog(connection, lambda: True), 20)
    assert ended == [(os.getpid(), signal.SIGTERM)]


@pytest.mark.parametrize(("idle", "waits"), [(True, False), (False, True), (False, False)])
def test_worker_that_rests_or_works_is_left_alone(
    connection: redis.Redis, ended: list[tuple[int, int]], idle: bool, waits: bool
) -> None:
    if waits:
        send(connection, DELIVER, [(1, 1)])
    watch(Watchdog(connection, lambda: idle))
    assert ended == []


def test_redis_that_is_away_is_no_stall(
    environment: Environment, ended: list[tuple[int, int]]
) -> None:
    nowhere = broker.client(environment(redis_url="unix:///nowhere/redis.sock"))
    watch(Watchdog(nowhere, lambda: True))
    assert ended == []


def test_publisher_says_whether_it_idles(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(environment())
    publisher = Publisher(Engine(store, load(), HTTP, actor="test"))
    assert publisher.idle()
    publisher.publish([(1, 1)])  # stale: done at once
    assert not publisher.idle()
    assert publisher.idle()

    def slow(_work: object) -> list[object]:
        time.sleep(0.5)
        return []

    monkeypatch.setattr(store.jobs, "due", slow)
    thread = threading.Thread(target=publisher.publish, args=([(2, 2)],))
    thread.start()
    time.sleep(0.2)
    assert not publisher.idle()
    assert not publisher.idle()  # it came in before the last look, but is being worked on
    thread.join()
    assert publisher.idle()
    store.close()
