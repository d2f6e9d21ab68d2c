"""Celery tasks: shells around the pipeline."""

from __future__ import annotations

import time
from functools import lru_cache

from celery import Celery

from socialpipe import pipeline
from socialpipe.engine import Engine
from socialpipe.settings import load
from socialpipe.worker import broker
from socialpipe.worker.messages import DELIVER, PREPARE
from socialpipe.worker.traffic import RedisTraffic


def register(app: Celery) -> None:
    """Give the application its two tasks."""
    app.task(prepare, name=PREPARE.name, shared=False)
    app.task(deliver, name=DELIVER.name, shared=False)


def prepare(campaign_id: int, fence: int) -> None:
    """Compose and draw one campaign."""
    pipeline.prepare(engine("worker"), campaign_id, fence)


def deliver(delivery_id: int, fence: int) -> None:
    """Publish one delivery at its second; it is handed out a little ahead."""
    tools = engine("worker")
    due = tools.store.jobs.due_at(delivery_id, fence)
    if due is None:
        return
    ahead = (due - tools.store.now()).total_seconds()
    time.sleep(min(max(ahead, 0.0), tools.settings.claim_ahead))
    pipeline.deliver(tools, delivery_id, fence)


@lru_cache(maxsize=1)
def engine(role: str) -> Engine:
    """Open the engine, once per process."""
    settings = load()
    return Engine.open(settings, role, RedisTraffic(broker.client(settings)))
