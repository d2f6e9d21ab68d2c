"""Celery tasks: shells around the pipeline."""

from __future__ import annotations

import threading
from functools import lru_cache

from celery import Celery

from socialpipe import pipeline
from socialpipe.engine import Engine
from socialpipe.settings import load
from socialpipe.worker import broker
from socialpipe.worker.messages import DELIVER, DELIVER_MANY, PREPARE
from socialpipe.worker.publisher import Publisher
from socialpipe.worker.traffic import RedisTraffic


def register(app: Celery) -> None:
    """Give the application its tasks."""
    app.task(prepare, name=PREPARE.name, shared=False)
    app.task(deliver, name=DELIVER.name, shared=False)
    app.task(deliver_many, name=DELIVER_MANY.name, shared=False)


def prepare(campaign_id: int, fence: int) -> None:
    """Compose and draw one campaign."""
    pipeline.prepare(engine("worker"), campaign_id, fence)


def deliver(delivery_id: int, fence: int) -> None:
    """Publish one delivery."""
    publisher().publish([(delivery_id, fence)])


def deliver_many(work: list[tuple[int, int]]) -> None:
    """Publish several."""
    publisher().publish([(delivery_id, fence) for delivery_id, fence in work])


def publisher() -> Publisher:
    """Return this process's publisher; its first messages come all at once."""
    with _OPENING:
        return _publisher()


@lru_cache(maxsize=1)
def _publisher() -> Publisher:
    return Publisher(engine("worker"))


_OPENING = threading.Lock()


@lru_cache(maxsize=1)
def engine(role: str) -> Engine:
    """Open the engine, once per process."""
    settings = load()
    return Engine.open(settings, role, RedisTraffic(broker.client(settings)))
