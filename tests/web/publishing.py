"""Publishing for tests: what a dispatcher and a worker do, in this process and at once."""

from __future__ import annotations

import time
from datetime import timedelta

from socialpipe import pipeline
from socialpipe.engine import Engine
from socialpipe.model import State
from socialpipe.settings import load
from socialpipe.store import Store

_PATIENCE = 60.0  # s


def engine_of(store: Store) -> Engine:
    """Return an engine on a test's store."""
    opened = Engine.open(load(), "test")
    return Engine(store, opened.settings, opened.http, "test")


def publish(engine: Engine) -> None:
    """Publish what is due."""
    for one in engine.store.claims.claim(timedelta(0), "test"):
        pipeline.deliver(engine, one.id, one.fence)


def publish_all(engine: Engine) -> None:
    """Publish what is queued for now, until none of it waits."""
    end = time.monotonic() + _PATIENCE
    while any(one.state is not State.PUBLISHED for one in engine.store.deliveries.find()):
        assert time.monotonic() < end, "it was not published in time"
        publish(engine)
        time.sleep(0.1)
