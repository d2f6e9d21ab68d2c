"""Who waits for work hears of it at once, whatever process queued it."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import redis
from tests.engine.stage import connect, schedule

from socialpipe.errors import TryAgain
from socialpipe.model import Article
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.changes import Changes
from socialpipe.store.intake import Terms
from socialpipe.worker.dispatcher import Dispatcher

_TOMORROW = datetime.now(UTC) + timedelta(days=1)


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


def test_what_could_not_be_read_is_looked_at_again(
    store: Store, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is away just when it is asked what is due; nobody writes after that."""
    dispatcher = Dispatcher(store, redis.Redis(), load(), actor="test")
    stop, real, asked = threading.Event(), store.claims.next_due, list[int]()

    def next_due() -> datetime | None:
        asked.append(1)
        if len(asked) == 2:
            raise TryAgain("The database does not answer.", "Wait.")
        if len(asked) == 3:
            stop.set()
        return real()

    monkeypatch.setattr(store.claims, "next_due", next_due)
    monkeypatch.setattr("socialpipe.worker.dispatcher._BROKEN_PAUSE", 0.01)
    assert dispatcher.round() == 0
    schedule(store, connect(store, simulator, "mastodon"), "Hello.", at=_TOMORROW)
    watch = threading.Timer(20, stop.set)
    watch.start()
    dispatcher.run(stop)
    watch.cancel()
    assert len(asked) >= 3
