"""A new master key for everything that is sealed, while the roles go on working.

Each value is wrapped anew by compare-and-swap, so a value that a worker has just replaced is left
as the worker wants it. To stop half-way loses nothing: both keys are here, and the next call goes
on where this one ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from socialpipe.errors import Refused
from socialpipe.store.database import Database
from socialpipe.store.schema import media, metadata
from socialpipe.store.vault import Vault

_PASSES = 50  # a role that does not know the new key would go on sealing by the old one for ever
_PLAIN = {media.c.data}  # bytes that are no secret; every other column of bytes is sealed


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: whether it made a key, what it wrapped anew, what an old key seals."""

    new_key: bool
    wrapped: int
    left: int


class Rotation:
    """Changes the master key."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def run(self) -> Rotated:
        """Make a new key unless one waits to be taken into use, and wrap everything by it.

        Raises UsageError when the key comes from the settings and all is sealed by it already.
        """
        with self._vault.ring.alone():
            new_key = self.left() == 0
            if new_key:
                self._vault.ring.add()
        wrapped = 0
        for _ in range(_PASSES):
            done = self._pass()
            wrapped += done
            if not done:
                break
        return Rotated(new_key, wrapped, self.left())

    def left(self) -> int:
        """Count the values that an older key seals."""
        return sum(1 for column in sealed_columns() for _ in self._old(column))

    def forget(self) -> int:
        """Drop the keys that seal nothing any more; return how many.

        Raises Refused when a value is left that only one of them opens.
        """
        # Alone: else a key that is made just now would count as the only one.
        with self._vault.ring.alone():
            if left := self.left():
                raise Refused(
                    f"{left} stored values are still sealed by an older key.",
                    "Wrap them by the new one first: socialpipe secrets rotate",
                )
            return self._vault.ring.forget()

    def _pass(self) -> int:
        return sum(
            self._swap(column, where, sealed)
            for column in sealed_columns()
            for where, sealed in list(self._old(column))
        )

    def _old(self, column: sa.Column[Any]) -> Iterator[tuple[sa.ColumnElement[bool], bytes]]:
        """Yield each row that an older key seals, and its value."""
        keys = tuple(column.table.primary_key)
        with self._database.read() as connection:
            rows = connection.execute(sa.select(column, *keys).where(column.is_not(None))).all()
        for sealed, *names in rows:
            if not self._vault.is_current(sealed):
                yield sa.and_(*(key == name for key, name in zip(keys, names, strict=True))), sealed

    def _swap(self, column: sa.Column[Any], where: sa.ColumnElement[bool], sealed: bytes) -> int:
        values = {column.name: self._vault.rewrap(sealed)}
        query = sa.update(column.table).where(where, column == sealed).values(values)
        with self._database.write() as connection:
            return connection.execute(query).rowcount


def sealed_columns() -> list[sa.Column[Any]]:
    """List every column that holds sealed values."""
    return [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary) and column not in _PLAIN
    ]
