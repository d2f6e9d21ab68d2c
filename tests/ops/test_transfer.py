"""A whole database goes to a file, comes back, or moves to another server, and nothing is lost."""

from __future__ import annotations

import io
import json
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from tests.conftest import Environment
from tests.engine.stage import post, schedule_many

from socialpipe.cli import run
from socialpipe.errors import Refused, SocialpipeError, UsageError
from socialpipe.model import Card, Channel, State
from socialpipe.store import Store, transfer
from socialpipe.store.database import Database
from socialpipe.store.schema import delivery, heartbeat, media, metadata, step

SECRETS = {"token": "a secret"}


def silent(table: str, done: int, total: int) -> None:
    assert 0 <= done <= total, table


def connect(store: Store, name: str) -> Channel:
    return store.channels.add(
        name, "mastodon", api_base=None, settings={}, secrets=SECRETS, timezone="Asia/Seoul"
    )


def picture(colour: str) -> Card:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(file, "PNG")
    return Card(file.getvalue(), 8, 8, "colour", mime="image/png")


def fill(store: Store) -> Channel:
    """One channel; 120 deliveries, one of them under way, with images."""
    channel = connect(store, "news")
    for n in range(120):
        made = post("mastodon", f"Post {n} 안녕 👋", cards=(picture(f"#0000{n:02x}"),))
        schedule_many(store, [(channel, made)])
    row = store.claims.claim(timedelta(0), "dispatcher")[0]
    job = store.jobs.begin(row.id, row.fence, "worker")
    assert job is not None
    store.jobs.sending(job, "part 0")
    store.heartbeats.beat("dispatcher", "host:1")
    return channel


def rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Everything but who is alive and whether it is frozen."""
    with database.read() as connection:
        return {
            table.name: [
                dict(row)
                for row in connection.execute(
                    sa.select(table).order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in metadata.sorted_tables
            if table.name not in {"heartbeat", "switch"}
        }


def clear(store: Store) -> None:
    with store.database.write() as connection:
        for table in reversed(metadata.sorted_tables):
            if store.database.is_sqlite:
                connection.execute(sa.delete(table))
            else:
                connection.execute(sa.text(f"TRUNCATE {table.name} RESTART IDENTITY CASCADE"))


def test_backup_comes_back_as_it_was(store: Store, tmp_path: Path) -> None:
    fill(store)
    before = rows(store.database)
    file = tmp_path / "backup.db"
    counts = transfer.backup(store.database, file, silent)
    assert counts["delivery"] == 120
    assert counts["media"] == len(before["media"]) == 120
    assert [path.name for path in tmp_path.glob("*backup*")] == ["backup.db"]
    assert file.stat().st_mode & 0o077 == 0

    clear(store)
    assert transfer.restore(file, store.database, silent) == counts
    assert rows(store.database) == before
    assert store.channels.secrets(1) == SECRETS
    with store.database.read() as connection:
        unknown = sa.select(sa.func.count()).where(step.c.result.is_(None))
        assert connection.execute(unknown).scalar_one() == 1  # SQL's null, not JSON's
        alive = connection.execute(sa.select(sa.func.count()).select_from(heartbeat))
        assert alive.scalar_one() == 0


def test_restored_database_waits_for_a_person(store: Store, tmp_path: Path) -> None:
    """What was published since the backup must not go out again."""
    fill(store)
    file = tmp_path / "backup.db"
    transfer.backup(store.database, file, silent)
    clear(store)
    transfer.restore(file, store.database, silent)
    assert "restored from backup.db" in (store.switches.frozen() or "")
    assert store.claims.claim(timedelta(0), "dispatcher") == []
    store.switches.unfreeze()
    assert store.claims.claim(timedelta(0), "dispatcher")


def test_new_rows_get_new_numbers_after_a_restore(store: Store, tmp_path: Path) -> None:
    channel = fill(store)
    file = tmp_path / "backup.db"
    transfer.backup(store.database, file, silent)
    clear(store)
    transfer.restore(file, store.database, silent)
    assert schedule_many(store, [(channel, post("mastodon", "New."))]) == [121]
    assert connect(store, "second").id == 2


def test_nothing_is_merged(store: Store, tmp_path: Path) -> None:
    connect(store, "news")
    file = tmp_path / "backup.db"
    transfer.backup(store.database, file, silent)
    with pytest.raises(Refused, match="not empty: it has rows in channel"):
        transfer.restore(file, store.database, silent)
    with pytest.raises(UsageError, match="exists already"):
        transfer.backup(store.database, file, silent)


def test_incomplete_copy_stores_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    target = Database(f"sqlite:///{tmp_path / 'target.db'}")
    honest = transfer._copy_table

    def lossy(reader: sa.Connection, writer: sa.Connection, table: sa.Table, *rest: Any) -> int:
        copied = honest(reader, writer, table, *rest)
        if table is media:
            writer.execute(sa.delete(media).where(media.c.sha256 == min_sha(writer)))
        return copied

    def min_sha(connection: sa.Connection) -> str:
        found: str = connection.execute(sa.select(sa.func.min(media.c.sha256))).scalar_one()
        return found

    monkeypatch.setattr(transfer, "_copy_table", lossy)
    with pytest.raises(SocialpipeError, match="media differ"):
        transfer.copy(store.database, target, silent)
    with target.read() as connection:
        held = {name: n for name, n in transfer._count(connection).items() if n}
    assert held == {"workspace": 1}  # the one that every new database has
    target.close()


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + bytes(4000)])
def test_foreign_file_is_refused(store: Store, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "letter"
    file.write_bytes(content)
    with pytest.raises(UsageError, match="no backup"):
        transfer.restore(file, store.database, silent)
    assert file.read_bytes() == content


def test_other_database_is_refused(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE thing (id)")
    connection.close()
    with pytest.raises(UsageError, match="no backup"):
        transfer.restore(file, store.database, silent)


def test_move_to_postgresql(
    environment: Environment,
    postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = Store(environment())
    channel = fill(store)
    assert run(["db", "copy", postgres_url]) == 4  # a dispatcher is alive
    assert "dispatcher" in capsys.readouterr().err
    store.heartbeats.stop("dispatcher", "host:1")

    before = rows(store.database)
    monkeypatch.setenv("NEW_DATABASE", postgres_url)
    capsys.readouterr()
    assert run(["db", "copy", "env:NEW_DATABASE", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tables"]["delivery"] == 120
    assert store.switches.frozen()
    store.close()

    moved = Store(environment(database_url=postgres_url))
    assert rows(moved.database) == before
    assert moved.switches.frozen()
    assert moved.channels.secrets(channel.id) == SECRETS
    assert schedule_many(moved, [(channel, post("mastodon", "New."))]) == [121]
    states = moved.deliveries.counts()
    assert states[State.PUBLISHING] == 1
    moved.close()


def test_commands(environment: Environment, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(environment())
    channel = connect(store, "news")
    assert run(["db", "upgrade"]) == 0
    assert run(["db", "backup", "here.db"]) == 0
    assert "        1  channel" in capsys.readouterr().out
    assert run(["db", "backup", "no/such/folder/here.db"]) == 2
    assert run(["db", "restore", "missing.db"]) == 2
    assert run(["db", "restore", "here.db"]) == 4
    assert run(["db", "copy", "mysql://somewhere/x"]) == 2
    assert run(["db", "copy", "env:NOT_SET"]) == 2
    store.channels.remove(channel)
    assert run(["db", "restore", "here.db"]) == 0
    assert "unfreeze" in capsys.readouterr().err
    with store.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(delivery)).scalar() == 0
    store.close()
