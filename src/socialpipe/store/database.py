"""One database, two dialects: connections, transactions and its clock."""

from __future__ import annotations

import copy
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from socialpipe.errors import TryAgain, UsageError
from socialpipe.store import within
from socialpipe.store.group_commit import GroupCommit

_BUSY_SECONDS = 30


class _Shared(threading.local):
    """What a thread reads with while it reads several things together."""

    connection: sa.Connection | None = None


class Database:
    """Gives out transactions. On SQLite the writers of a process share them."""

    def __init__(self, url: str, clock: Callable[[], datetime] | None = None) -> None:
        self.engine = _engine(url)
        self._clock = clock  # of a rehearsal, that runs ahead of time
        self.workspace_id: int | None = None  # None: sees every workspace, as the engine must
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._group = GroupCommit(self.engine) if self.is_sqlite else None
        self._shared = _Shared()

    def within(self, workspace_id: int) -> Database:
        """Return the same database, as one workspace sees it."""
        scoped = copy.copy(self)
        scoped.workspace_id = workspace_id
        return scoped

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Open a transaction that may change rows; commits at the end.

        Raises TryAgain when the database cannot be reached.
        """
        begin = self._group.join if self._group else self.engine.begin
        with _reachable(), begin() as connection:
            # A shared connection has the options of the member before.
            yield connection.execution_options(**within.options(self.workspace_id))

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a transaction that changes nothing.

        Raises TryAgain when the database cannot be reached.
        """
        if (shared := self._shared.connection) is not None:
            with within.seeing(shared, self.workspace_id):
                yield shared
            return
        with _reachable(), self.engine.connect() as connection:
            yield connection.execution_options(**within.options(self.workspace_id))

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let all that this thread reads meanwhile share one transaction.

        It costs less, and what is read is of one moment: what is written meanwhile may be missing.
        Raises TryAgain when the database cannot be reached.
        """
        if self._shared.connection is not None:
            yield
            return
        with _reachable(), self.engine.connect() as connection:
            self._shared.connection = connection
            try:
                yield
            finally:
                self._shared.connection = None

    def now(self) -> datetime:
        """Return the database's clock: the one clock of all hosts (SQLite: this host's).

        To the millisecond, as columns keep it: what is frozen must read the same at every try.
        """
        if self._clock is not None:
            return _whole(self._clock())
        if self.is_sqlite:
            return _whole(datetime.now(UTC))
        with self.read() as connection:
            clock: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
            return _whole(clock.astimezone(UTC))

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def _whole(instant: datetime) -> datetime:
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def _engine(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
            engine = sa.create_engine(
                parsed,
                pool_pre_ping=True,
                pool_size=20,
                max_overflow=20,
                connect_args={"connect_timeout": 5},
            )
            # Whoever forgets a database leaves no connection behind on the server.
            weakref.finalize(engine, engine.pool.dispose)
            return engine
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed)
    except (ArgumentError, NoSuchModuleError, ValueError):
        pass
    raise UsageError(
        "SOCIALPIPE_DATABASE_URL is not usable: it must start with sqlite:/// or postgresql://.",
        "Example: postgresql://user:password@host/socialpipe",
    )


def _sqlite(url: sa.URL) -> sa.Engine:
    if url.database:
        folder = Path(url.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"The data directory {folder} cannot be made: {error.strerror}.",
                "Set SOCIALPIPE_DATA_DIR to a directory that you may write to.",
            ) from None
        if not os.access(folder, os.W_OK):
            raise UsageError(
                f"The data directory {folder} is not writable.",
                "Set SOCIALPIPE_DATA_DIR to a directory that you may write to.",
            )
    engine = sa.create_engine(
        url, connect_args={"timeout": _BUSY_SECONDS}, pool_size=20, max_overflow=20
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not start transactions by itself: only then is BEGIN IMMEDIATE ours.
    connection.isolation_level = None
    cursor = connection.cursor()
    # FULL: with NORMAL a power cut can forget a commit, and so a published post.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        reason = _reason(error)
        if "disk" in reason.casefold() or "no space" in reason.casefold():
            raise TryAgain(
                f"The database cannot write, its disk may be full: {reason}.",
                "Free some space. Nothing is lost, and what runs goes on by itself.",
            ) from error
        raise TryAgain(
            f"The database does not answer: {reason}.",
            "Check SOCIALPIPE_DATABASE_URL and that the server runs, then try again.",
        ) from error


def _reason(error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error.orig).__name__
