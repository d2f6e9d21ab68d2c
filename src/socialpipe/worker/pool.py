"""The Celery workers: threads for publishing, which waits; processes for drawing, which computes.

A process for drawing exists only while there is something to draw (and half a minute longer), so
that fonts and images take no memory the rest of the day.
"""

from __future__ import annotations

import os
import sys
from threading import Event, Thread
from typing import Any

from celery import signals

from socialpipe.settings import Settings, load
from socialpipe.store import Store
from socialpipe.worker import broker, host
from socialpipe.worker.app import celery
from socialpipe.worker.heart import Heart, actor
from socialpipe.worker.messages import DELIVER, PREPARE
from socialpipe.worker.roles import Beside
from socialpipe.worker.tasks import publisher
from socialpipe.worker.watchdog import Watchdog

_TURN = 0.0001  # s that a thread may compute while others, whose answers came, wait for it
_ROLES = {DELIVER.queue: "publish worker", PREPARE.queue: "prepare worker"}


def run_worker(queue: str, beside: Beside) -> None:
    """Run a Celery worker on one queue until SIGTERM."""
    settings = load()
    broker.check(settings)
    store = Store(settings)
    host.be_the_only_one(store)
    store.close()
    hearts: list[Heart] = []
    stopping = Event()

    def begin(**_: Any) -> None:
        store = Store(settings)
        hearts.append(Heart(store, _ROLES[queue], actor()))
        hearts[0].start()
        if queue == DELIVER.queue:
            watchdog = Watchdog(broker.client(settings), lambda: publisher().idle())
            Thread(target=watchdog.run, args=(stopping,), name="watchdog", daemon=True).start()
        beside(store)

    def end(**_: Any) -> None:
        stopping.set()
        for heart in hearts:
            heart.stop()

    signals.worker_ready.connect(begin, weak=False)
    signals.worker_shutting_down.connect(end, weak=False)
    worker = celery().Worker(
        hostname=f"{queue}-{os.getpid()}@{os.uname().nodename}",
        queues=[queue],
        loglevel=settings.log_level,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,  # our own heartbeats are rows
        **_pool(settings, queue),
    )
    worker.start()
    sys.exit(worker.exitcode)


def _pool(settings: Settings, queue: str) -> dict[str, Any]:
    if queue == DELIVER.queue:
        sys.setswitchinterval(_TURN)
        return {"pool_cls": "threads", "concurrency": settings.publish_threads}
    most = settings.draw_processes
    return {"pool_cls": "prefork", "concurrency": most, "autoscale": (most, 0)}
