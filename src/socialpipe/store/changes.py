"""Whether anybody has written: what a loop asks before it asks for more, and waits for."""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import Any

import psycopg
import sqlalchemy as sa

from socialpipe.store.database import Database

_CHANNEL = "socialpipe"
_GLANCE = 0.1  # s between two looks at SQLite's number, which take microseconds
_SLICE = 0.25  # s; so soon a stop is noticed


class Changes:
    """Notices commits of any process. For use by one thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Any = None
        self._listener: psycopg.Connection | None = None
        self._seen: object = None

    def any(self) -> bool:
        """Whether something may have been written since the last call.

        SQLite says so in microseconds. PostgreSQL has no such number: there it is always True.
        """
        if not self._database.is_sqlite:
            return True
        try:
            version = self._version()
        except sqlite3.Error:
            return True  # whoever looks now gets the error, with a sentence
        changed = version != self._seen
        self._seen = version
        return changed

    def again(self) -> None:
        """Let `any` say yes once more: what it told of could not be read."""
        self._seen = None

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Wait, but not longer than until something is queued, or `stop` is set."""
        end = time.monotonic() + seconds
        while not stop.is_set() and (left := end - time.monotonic()) > 0:
            if self._woken(left, stop):
                return

    def _woken(self, left: float, stop: threading.Event) -> bool:
        if not self._database.is_sqlite:
            return self._heard(min(left, _SLICE), stop)
        stop.wait(min(left, _GLANCE))
        try:
            return self._version() != self._seen
        except sqlite3.Error:
            return True

    def _heard(self, seconds: float, stop: threading.Event) -> bool:
        """Listen to PostgreSQL; where that cannot be, just wait."""
        try:
            listener = self._listening()
            return any(True for _ in listener.notifies(timeout=seconds, stop_after=1))
        except psycopg.Error:
            self._hang_up()
            stop.wait(seconds)
            return False

    def _listening(self) -> psycopg.Connection:
        if self._listener is None or self._listener.closed:
            url = self._database.engine.url.set(drivername="postgresql")
            text = url.render_as_string(hide_password=False)
            self._hang_up()
            self._listener = psycopg.connect(text, autocommit=True, connect_timeout=5)
            self._listener.execute(f"LISTEN {_CHANNEL}")
        return self._listener

    def close(self) -> None:
        """Give back the connections."""
        self._hang_up()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _hang_up(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _version(self) -> object:
        # The number is told to one connection about all others, so this one is kept for it.
        if self._connection is None:
            self._connection = self._database.engine.raw_connection()
        return self._connection.cursor().execute("PRAGMA data_version").fetchone()[0]


def announce(connection: sa.Connection) -> None:
    """Wake who waits, once this transaction is committed: something may be due now."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_notify(_CHANNEL, "")))
