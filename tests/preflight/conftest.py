"""An inspector on the store under test, against the stand-in networks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from tests.engine.stage import connect

from socialpipe.engine import Engine
from socialpipe.model import Channel, Delivery
from socialpipe.platforms.http import Http
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.schema import channel, delivery
from socialpipe.worker.inspector import Inspector


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture
def news(store: Store, simulator: Simulator) -> Channel:
    """A channel that works."""
    return connect(store, simulator, "mastodon", "news")


@pytest.fixture
def inspect(store: Store) -> Callable[[], Delivery]:
    """Look over all that is due; return the delivery that is due first."""
    http = Http(connect_timeout=1, read_timeout=1, allow_private_hosts=True)
    inspector = Inspector(Engine(store, load(), http, "test", chance=lambda: 0.0))

    def run() -> Delivery:
        while inspector.round():
            pass
        return store.deliveries.find()[0]

    return run


def later(store: Store, span: timedelta) -> None:
    """Let all checks have been made that much earlier."""
    then = store.now() - span
    with store.database.write() as connection:
        for table in (delivery, channel):
            checked = table.c.checked_at.is_not(None)
            connection.execute(sa.update(table).where(checked).values(checked_at=then))
