"""Images by the hash of their bytes."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from socialpipe.store.database import Database
from socialpipe.store.rows import digest_of
from socialpipe.store.schema import media


class Images:
    """Gives out images, to whoever may name them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> bytes | None:
        """Return the bytes with this hash; None: there are none (any more)."""
        with self._database.read() as connection:
            query = sa.select(media.c.data).where(media.c.sha256 == name)
            data: bytes | None = connection.execute(query).scalar_one_or_none()
            return data

    def put(self, data: bytes) -> str:
        """Store bytes and return their hash."""
        name = digest_of(data)
        values = {"sha256": name, "data": data, "created_at": self._database.now()}
        with self._database.write() as connection:
            insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
            connection.execute(insert(media).values(values).on_conflict_do_nothing())
        return name
