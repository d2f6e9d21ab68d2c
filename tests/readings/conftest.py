"""An engine on the store under test, whose clock the test sets, and the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from tests.engine.stage import connect, schedule

from socialpipe.engine import Engine
from socialpipe.model import Channel, Metrics
from socialpipe.pipeline import deliver
from socialpipe.platforms.http import Http
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.reports import Standing
from socialpipe.worker.reader import Reader

MONDAY = datetime(2027, 1, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass
class Desk:
    """What these tests do all the time."""

    engine: Engine
    simulator: Simulator
    now: datetime = MONDAY

    @property
    def store(self) -> Store:
        return self.engine.store

    def channel(self, platform: str = "mastodon", name: str = "", **settings: str) -> Channel:
        made = connect(self.store, self.simulator, platform, name)
        self.store.channels.configure(made, {**made.settings, **settings}, "UTC")
        return self.store.channels.by_id(made.id)

    def publish(self, channel: Channel, *texts: str, comment: str | None = None) -> int:
        key = schedule(self.store, channel, *texts, comment=comment)
        for row in self.store.claims.claim(timedelta(0), "test"):
            deliver(self.engine, row.id, row.fence)
        return key

    def read(self, after: timedelta = timedelta(0)) -> int:
        """Let time pass, and read what is due; return how many deliveries were."""
        self.now += after
        return Reader(self.engine, self.engine.traffic).round()

    def standing(self, key: int, since: datetime = MONDAY) -> Standing:
        delivery = self.store.deliveries.get(key)
        rows = self.store.reports.of_channel(delivery.channel_id, since)
        return next(one for one in rows if one.delivery.id == key)

    def numbers(self, key: int) -> Metrics:
        return self.standing(key).now


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture
def desk(store: Store, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty store on a Monday at midnight UTC."""
    http = Http(connect_timeout=1, read_timeout=1, allow_private_hosts=True)
    made = Desk(Engine(store, load(), http, actor="test", chance=lambda: 0.0), simulator)
    monkeypatch.setattr(store.database, "now", lambda: made.now)
    return made
