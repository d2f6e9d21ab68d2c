"""Whether anybody has written: what a loop asks before it asks for more."""

from __future__ import annotations

import sqlite3
from typing import Any

from socialpipe.store.database import Database


class Changes:
    """Notices commits of any process. For use by one thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Any = None
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

    def _version(self) -> object:
        # The number is told to one connection about all others, so this one is kept for it.
        if self._connection is None:
            self._connection = self._database.engine.raw_connection()
        return self._connection.cursor().execute("PRAGMA data_version").fetchone()[0]
