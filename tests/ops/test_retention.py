"""What has been over for long loses its details; nothing that may still go out loses anything."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from tests.conftest import Environment
from tests.engine.stage import connect, schedule
from tests.ops.test_transfer import picture

from socialpipe.engine import Engine
from socialpipe.model import State
from socialpipe.pipeline import deliver
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.retention import Forgotten, Retention
from socialpipe.store.schema import delivery, event, media
from socialpipe.worker.cleaner import Cleaner

MONTH = timedelta(days=30)


def publish_due(engine: Engine) -> None:
    for row in engine.store.claims.claim(timedelta(0), "test"):
        deliver(engine, row.id, row.fence)


def age(store: Store, key: int | None = None, days: int = 40) -> None:
    """Let all that happened (to one delivery) be so long ago."""
    by = days * 86_400_000
    with store.database.write() as connection:
        shift: Any = sa.type_coerce(event.c.at, sa.BigInteger) - by
        query = sa.update(event).values(at=shift)
        connection.execute(query if key is None else query.where(event.c.delivery_id == key))
        shift = sa.type_coerce(media.c.created_at, sa.BigInteger) - by
        connection.execute(sa.update(media).values(created_at=shift))


def images(store: Store) -> int:
    with store.database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(media)).scalar_one()


def test_published_ones_keep_their_receipt_and_last_event(
    engine: Engine, simulator: Simulator
) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "mastodon"), "A.", cards=(picture("red"),))
    publish_due(engine)
    told = store.deliveries.events(key)
    assert Retention(store.database).forget(MONTH) == Forgotten(0, 0, 0)
    age(store)
    assert Retention(store.database).forget(MONTH) == Forgotten(len(told) - 1, 1, 0)
    assert Retention(store.database).forget(MONTH) == Forgotten(0, 0, 0)
    (last,) = store.deliveries.events(key)
    assert (last.to_state, last.text) == (State.PUBLISHED, told[-1].text)
    found = store.deliveries.get(key)
    assert found.receipt is not None
    assert store.deliveries.texts(key) == ["A."]
    assert len(store.deliveries.attempts(key)) == 1


@pytest.mark.parametrize(
    "state", [state for state in State if state not in {State.PUBLISHED, State.CANCELLED}]
)
def test_open_ones_keep_everything(engine: Engine, simulator: Simulator, state: State) -> None:
    """Failed and missed ones too: a person may try them again."""
    store = engine.store
    key = schedule(store, connect(store, simulator, "mastodon"), "A.", cards=(picture("red"),))
    with store.database.write() as connection:
        connection.execute(sa.update(delivery).values(state=state))
    age(store)
    told = store.deliveries.events(key)
    assert Retention(store.database).forget(MONTH) == Forgotten(0, 0, 0)
    assert (store.deliveries.events(key), images(store)) == (told, 1)


def test_image_stays_while_one_post_may_need_it(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    cards = (picture("red"),)
    channel = connect(store, simulator, "mastodon")
    schedule(store, channel, "Now.", cards=cards)
    publish_due(engine)
    later = schedule(store, channel, "Later.", at=store.now() + timedelta(days=9), cards=cards)
    age(store)
    assert Retention(store.database).forget(MONTH).media == 0
    store.deliveries.cancel(later)
    assert Retention(store.database).forget(MONTH).media == 0  # cancelled lately
    age(store, later)
    assert Retention(store.database).forget(MONTH).media == 1


def test_image_that_a_post_takes_up_meanwhile_stays(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = engine.store
    channel = connect(store, simulator, "mastodon")
    schedule(store, channel, "Now.", cards=(picture("red"),))
    publish_due(engine)
    age(store)
    honest = Retention._remove

    def late(self: Retention, names: list[str], last_post: int) -> int:
        at = store.now() + timedelta(days=1)
        schedule(store, channel, "Again.", at=at, cards=(picture("red"),))
        return honest(self, names, last_post)

    monkeypatch.setattr(Retention, "_remove", late)
    assert Retention(store.database).forget(MONTH).media == 0
    assert images(store) == 1


def test_many_go_in_small_transactions(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = engine.store
    monkeypatch.setattr("socialpipe.store.retention._BATCH", 2)
    channel = connect(store, simulator, "mastodon")
    for n in range(5):
        key = schedule(store, channel, f"Post {n}.", cards=(picture(f"#00000{n}"),))
        store.deliveries.cancel(key)
    age(store)
    found = Retention(store.database).forget(MONTH)
    assert found.media == 5
    assert found.events >= 10


# ── the tick ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def forgetting(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    asked: list[timedelta] = []

    def forget(_self: Retention, keep: timedelta) -> Forgotten:
        asked.append(keep)
        return Forgotten(0, 0, 0)

    monkeypatch.setattr(Retention, "forget", forget)
    return asked


def test_forgets_nothing_by_default(environment: Environment, forgetting: list[timedelta]) -> None:
    settings = environment()
    store = Store(settings)
    stop = threading.Event()
    Cleaner(store, settings).run(stop)  # returns at once
    assert forgetting == []
    store.close()


def test_forgets_by_setting(environment: Environment, forgetting: list[timedelta]) -> None:
    settings = environment(retention_days=30)
    store = Store(settings)
    stop = threading.Event()
    cleaner = threading.Thread(target=Cleaner(store, settings).run, args=[stop])
    cleaner.start()
    while not forgetting:
        stop.wait(0.01)
    stop.set()
    cleaner.join(10)
    assert forgetting == [MONTH]
    store.close()
