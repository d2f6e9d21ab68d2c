"""The processes without Celery: dispatcher and keeper. Each runs until SIGTERM or SIGINT."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable

from socialpipe.engine import Engine
from socialpipe.settings import Settings, load
from socialpipe.store import Store
from socialpipe.worker import broker, host
from socialpipe.worker.cleaner import Cleaner
from socialpipe.worker.dispatcher import Dispatcher
from socialpipe.worker.heart import Heart, actor
from socialpipe.worker.inspector import Inspector
from socialpipe.worker.keeper import Keeper
from socialpipe.worker.messenger import Messenger
from socialpipe.worker.reader import Reader
from socialpipe.worker.renewer import Renewer
from socialpipe.worker.together import together
from socialpipe.worker.traffic import RedisTraffic
from socialpipe.worker.watcher import Watcher

Beside = Callable[[Store], None]  # what else to start once the role is up


def run_dispatcher(beside: Beside) -> None:
    """Run a dispatcher."""
    settings = load()
    _log(settings)
    broker.check(settings)
    store = Store(settings)
    beside(store)
    dispatcher = Dispatcher(store, broker.client(settings), settings, actor=actor("dispatcher"))
    _until_stopped(store, "dispatcher", dispatcher.run)


def run_keeper(beside: Beside) -> None:
    """Run a keeper."""
    settings = load()
    _log(settings)
    tools = Engine.open(settings, "keeper")
    beside(tools.store)
    cleaner = Cleaner(tools.store, settings)
    beside_it = (
        Messenger(tools).run,
        Inspector(tools).run,
        Renewer(tools).run,
        Watcher(tools).run,
        Reader(tools, RedisTraffic(broker.client(settings))).run,
        cleaner.run,
    )
    run = together(Keeper(tools).run, *beside_it)
    _until_stopped(tools.store, "keeper", run)


def _until_stopped(store: Store, role: str, run: Callable[[threading.Event], None]) -> None:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    host.be_the_only_one(store)
    heart = Heart(store, role, actor())
    heart.start()
    run(stop)
    heart.stop()


def _log(settings: Settings) -> None:
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(message)s")
