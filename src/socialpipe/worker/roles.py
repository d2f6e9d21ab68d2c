"""The processes: worker, dispatcher, keeper. Each runs until SIGTERM or SIGINT."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from typing import Any

import redis
from celery import signals

from socialpipe.pipeline import Engine
from socialpipe.settings import Settings, load
from socialpipe.store import Store
from socialpipe.worker import broker
from socialpipe.worker.app import PREPARE, PUBLISH, celery
from socialpipe.worker.dispatcher import Dispatcher
from socialpipe.worker.heart import Heart
from socialpipe.worker.keeper import Keeper

_ROLES = {PUBLISH: "publish worker", PREPARE: "prepare worker"}

Beside = Callable[[Store], None]  # what else to start once the role is up


def run_worker(queue: str, beside: Beside) -> None:
    """Run a Celery worker: threads for publishing, which waits; processes for drawing."""
    settings = load()
    broker.check(settings)
    hearts: list[Heart] = []

    def begin(**_: Any) -> None:
        # Only now: a child of the drawing pool must not inherit open connections.
        store = Store(settings)
        hearts.append(Heart(store, _ROLES[queue], _actor()))
        hearts[0].start()
        beside(store)

    def end(**_: Any) -> None:
        for heart in hearts:
            heart.stop()

    signals.worker_ready.connect(begin, weak=False)
    signals.worker_shutting_down.connect(end, weak=False)
    celery().worker_main(_arguments(settings, queue))


def run_dispatcher(beside: Beside) -> None:
    """Run a dispatcher."""
    settings = load()
    _log(settings)
    broker.check(settings)
    store = Store(settings)
    beside(store)
    connection = broker.client(settings)

    def reachable() -> bool:
        try:
            return bool(connection.ping())
        except redis.RedisError:
            return False

    dispatcher = Dispatcher(
        store, celery(), settings, reachable=reachable, actor=_actor("dispatcher")
    )
    _until_stopped(store, "dispatcher", dispatcher.run)


def run_keeper(beside: Beside) -> None:
    """Run a keeper."""
    settings = load()
    _log(settings)
    tools = Engine.open(settings, "keeper")
    beside(tools.store)
    _until_stopped(tools.store, "keeper", Keeper(tools).run)


def _arguments(settings: Settings, queue: str) -> list[str]:
    pool = (
        ["--pool", "threads", "--concurrency", str(settings.publish_threads)]
        if queue == PUBLISH
        else ["--pool", "prefork", "--concurrency", str(settings.draw_processes)]
    )
    name = f"{queue}-{os.getpid()}@%h"
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", settings.log_level]
    return ["worker", "--queues", queue, "--hostname", name, *pool, *quiet]


def _until_stopped(store: Store, role: str, run: Callable[[threading.Event], None]) -> None:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    heart = Heart(store, role, _actor())
    heart.start()
    run(stop)
    heart.stop()


def _actor(role: str = "") -> str:
    return f"{role} {socket.gethostname()}:{os.getpid()}".strip()


def _log(settings: Settings) -> None:
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(message)s")
