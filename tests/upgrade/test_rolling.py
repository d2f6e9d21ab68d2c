"""A rolling upgrade: rows and messages of the version before run on this one.

`first.json` holds rows as the first version wrote them, and never changes: a later version must
take them. They are put into the first schema, which is then migrated to the newest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.conftest import Environment

from socialpipe.engine import Engine
from socialpipe.errors import UsageError
from socialpipe.model import State
from socialpipe.platforms.http import Http
from socialpipe.recovery import settle
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.database import Database
from socialpipe.store.migrate import HEAD, migrate_to
from socialpipe.worker import tasks
from socialpipe.worker.publisher import Publisher

FIRST = "0001"
ROWS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "first.json").read_text("utf-8")
)
KEY = "q8vT0dFhXr3ZyW1nKp5sLm7uBcE9gJ2aQ4oI6tR8xYk="  # the rows' credentials are sealed with it


def fill(database: Database, simulator: Simulator) -> None:
    """Put the rows of the first version into its schema, channels pointing at the simulator."""
    with database.engine.begin() as connection:
        for name, rows in ROWS.items():
            table = sa.Table(name, sa.MetaData(), autoload_with=connection)
            for row in rows:
                known = dict(row)
                if "api_base" in row:
                    known["api_base"] = simulator.base(row["platform"])
                if "secrets" in row:
                    known["secrets"] = row["secrets"].encode()
                connection.execute(sa.insert(table).values(known))


@pytest.fixture(params=["sqlite", "postgresql"])
def upgraded(
    request: pytest.FixtureRequest, environment: Environment, simulator: Simulator
) -> Iterator[Store]:
    """A store whose database was made and used by the first version."""
    where = {"secret_key": KEY, "catch_up_gap": "0"}
    if request.param != "sqlite":
        where["database_url"] = request.getfixturevalue("postgres_url")
    settings = environment(**where)
    database = Database(settings.sqlalchemy_url)
    migrate_to(database, FIRST)
    fill(database, simulator)
    database.close()
    opened = Store(settings)
    yield opened
    opened.close()


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture
def engine(upgraded: Store, monkeypatch: pytest.MonkeyPatch) -> Engine:
    http = Http(connect_timeout=1, read_timeout=1, allow_private_hosts=True)
    made = Engine(upgraded, load(), http, actor="test", chance=lambda: 0.0)
    publisher = Publisher(made)
    monkeypatch.setattr(tasks, "publisher", lambda: publisher)
    return made


def test_rows_of_the_first_version_go_out(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    tasks.deliver(42, 7)  # what its dispatcher had told a worker
    assert store.deliveries.get(42).state is State.PUBLISHED
    store.sweeps.sweep("keeper")  # what its worker left behind
    assert store.deliveries.get(3).state is State.UNCERTAIN
    for _ in range(2):
        with store.database.write() as connection:
            connection.execute(sa.text("UPDATE delivery SET look_at = 0 WHERE look_at IS NOT NULL"))
        for job in store.sweeps.take_uncertain(10, "keeper"):
            settle(engine, job)
    while claimed := store.claims.claim(timedelta(seconds=1), "dispatcher"):
        tasks.deliver_many([(row.id, row.fence) for row in claimed])
    store.deliveries.confirm_published(6, "https://t.me/channel/1")
    assert {one.state for one in store.deliveries.find()} == {State.PUBLISHED}
    assert sorted(post.text for post in simulator.posts()) == [
        f"Post {n} of the first version." for n in range(3)
    ]


def test_what_is_over_can_still_be_read(engine: Engine) -> None:
    found = engine.store.deliveries.get(4)
    assert found.receipt is not None
    assert found.receipt.url == "https://m.example/9"
    assert engine.store.deliveries.texts(4) == ["Post 3 of the first version."]
    assert engine.store.deliveries.events(4)[0].at == datetime(2026, 11, 23, 16, 7, 40, tzinfo=UTC)


def test_older_version_refuses_a_newer_schema(upgraded: Store) -> None:
    """One that runs goes on, for migrations only add; one that starts says what to do."""
    with upgraded.database.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert upgraded.deliveries.find()
    with pytest.raises(UsageError, match="does not fit this version") as caught:
        Store(load())
    assert "upgrade socialpipe" in (caught.value.fix or "")
    with upgraded.database.write() as connection:
        connection.execute(sa.text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))
