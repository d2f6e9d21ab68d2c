"""Group commit: SQLite has one writer, so the threads of a process share its transactions.

Who comes first begins one. Who waits for the turn meanwhile joins it, in a savepoint of their own;
the last one commits it for all. Nobody goes on before that: what `join` has left is on disk. Alone,
a thread commits at once. Ten writers cost one commit, and wait for one.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

_MOST = 32  # members of a group …
_LONGEST = 0.05  # … and s that it takes new ones: other processes want to write too


class GroupCommit:
    """Gives out shares in one transaction after the other."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        self._arrival = threading.Lock()
        self._waiting = 0
        self._group: _Group | None = None

    @contextmanager
    def join(self) -> Iterator[sa.Connection]:
        """Take the turn; an error undoes this share only. Committed when the block is left.

        Raises OperationalError when the group could not be committed.
        """
        with self._my_turn():
            group = self._group = self._group or _Group(self._engine)
            try:
                with group.share():
                    yield group.connection
            finally:
                group.size += 1
                if not self._waiting or group.is_full or group.failure:
                    self._group = None
                    group.commit()
        group.wait()

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        self._count(1)
        try:
            self._turn.acquire()
        finally:
            self._count(-1)
        try:
            yield
        finally:
            self._turn.release()

    def _count(self, change: int) -> None:
        with self._arrival:
            self._waiting += change


class _Group:
    """One transaction, and those who wait for its end."""

    def __init__(self, engine: sa.Engine) -> None:
        self.connection = engine.connect()
        try:
            self._transaction = self.connection.execution_options(immediate=True).begin()
        except BaseException:
            self.connection.close()
            raise
        self.size = 0
        self._began = time.monotonic()
        self.failure: DBAPIError | None = None
        self._ended = threading.Event()

    @property
    def is_full(self) -> bool:
        """Whether it takes nobody else: many share it, or it has been open for long."""
        return self.size >= _MOST or time.monotonic() - self._began >= _LONGEST

    @contextmanager
    def share(self) -> Iterator[None]:
        """Let one member work, and take back what it did if it fails."""
        driver: Any = self.connection.connection.driver_connection
        driver.execute("SAVEPOINT share")
        try:
            yield
        except BaseException as error:
            self._take_back(driver, error)
            raise
        driver.execute("RELEASE share")

    def _take_back(self, driver: sqlite3.Connection, error: BaseException) -> None:
        try:
            driver.execute("ROLLBACK TO share")
            driver.execute("RELEASE share")
        except sqlite3.Error as lost:
            # A full disk, for one, ends the whole transaction: the others must hear of it.
            known = error if isinstance(error, DBAPIError) else None
            self.failure = known or sa.exc.OperationalError("ROLLBACK TO", None, lost)

    def commit(self) -> None:
        """End the transaction and wake those who wait."""
        try:
            if self.failure is None:
                self._transaction.commit()
        except DBAPIError as error:
            self.failure = error
        finally:
            if self.failure is not None:
                self.connection.invalidate()  # whatever is left of the transaction goes with it
            self.connection.close()
            self._ended.set()

    def wait(self) -> None:
        """Wait for the end.

        Raises OperationalError when there was no commit.
        """
        self._ended.wait()
        if self.failure is not None:
            lost = self.failure
            raise sa.exc.OperationalError(lost.statement, None, lost.orig or lost)
