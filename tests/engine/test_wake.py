"""Who waits for work hears of it at once, whatever process queued it."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from tests.engine.stage import connect, schedule

from socialpipe.model import Article
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.changes import Changes
from socialpipe.store.intake import Terms


def _waited(changes: Changes, seconds: float) -> float:
    began = time.monotonic()
    changes.wait(seconds, threading.Event())
    return time.monotonic() - began


@pytest.fixture
def changes(store: Store) -> Changes:
    """Somebody who has looked, and waits."""
    found = Changes(store.database)
    found.any()
    _waited(found, 0.3)
    return found


def test_nothing_new_is_waited_for(changes: Changes) -> None:
    assert _waited(changes, 0.5) >= 0.5
    changes.close()


@pytest.mark.parametrize("how", ["queued", "retried"])
def test_what_is_new_wakes(store: Store, simulator: Simulator, how: str) -> None:
    delivery = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    changes = Changes(store.database)
    _waited(changes, 0.3)
    changes.any()

    def act() -> None:
        time.sleep(0.2)
        if how == "retried":
            store.deliveries.retry(delivery)
        else:
            terms = Terms(1, timedelta(hours=1))
            store.campaigns.queue(Article("T", "Text."), [], options={}, terms=terms)

    thread = threading.Thread(target=act)
    thread.start()
    assert _waited(changes, 20) < 10
    thread.join()
    changes.close()


def test_a_stop_ends_the_wait(changes: Changes) -> None:
    stop = threading.Event()
    timer = threading.Timer(0.2, stop.set)
    timer.start()
    began = time.monotonic()
    changes.wait(20, stop)
    assert time.monotonic() - began < 10
    timer.join()
    changes.close()
