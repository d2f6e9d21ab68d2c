"""Brands of a workspace: the brand file and the logo."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from socialpipe.errors import NotFound, Refused
from socialpipe.store.database import Database
from socialpipe.store.schema import brand
from socialpipe.store.within import mine, owner


@dataclass(frozen=True, slots=True)
class Kept:
    """A brand file, by the name that it is chosen by."""

    id: int
    name: str
    source: str
    version: int
    updated_at: datetime
    logo: bytes | None = field(default=None, repr=False)


class Brands:
    """Keeps brand files; whoever stores one has checked it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Kept]:
        """Return all, by name."""
        with self._database.read() as connection:
            query = sa.select(brand).where(mine(connection, brand)).order_by(brand.c.name)
            return [_kept(row) for row in connection.execute(query).mappings()]

    def get(self, brand_id: int) -> Kept:
        """Find one. Raises NotFound."""
        with self._database.read() as connection:
            return _get(connection, brand_id)

    def add(self, name: str, source: str, logo: bytes | None = None) -> int:
        """Store one; return its id. Raises Refused for a name that is taken."""
        now = self._database.now()
        values: dict[str, Any] = {"name": name, "source": source, "logo": logo, "version": 1}
        with self._database.write() as connection:
            _check_free(connection, name)
            values |= {"workspace_id": owner(connection), "created_at": now, "updated_at": now}
            query = sa.insert(brand).values(values).returning(brand.c.id)
            key: int = connection.execute(query).scalar_one()
            return key

    def replace(
        self, brand_id: int, version: int, name: str, source: str, logo: bytes | None
    ) -> None:
        """Store it anew. Raises NotFound; Refused when somebody else did so since `version`."""
        now = self._database.now()
        with self._database.write() as connection:
            found = _get(connection, brand_id, lock=True)
            if found.version != version:
                raise Refused(
                    "Somebody else has changed this brand meanwhile.",
                    "Copy what you wrote, load the page again, and put it in.",
                )
            _check_free(connection, name, but=brand_id)
            values = {"name": name, "source": source, "logo": logo, "updated_at": now}
            query = sa.update(brand).where(brand.c.id == brand_id)
            connection.execute(query.values(values | {"version": version + 1}))

    def remove(self, brand_id: int) -> Kept:
        """Remove one and return it, for who wants it back. Raises NotFound."""
        with self._database.write() as connection:
            found = _get(connection, brand_id, lock=True)
            connection.execute(sa.delete(brand).where(brand.c.id == brand_id))
            return found


def _get(connection: sa.Connection, brand_id: int, *, lock: bool = False) -> Kept:
    query = sa.select(brand).where(brand.c.id == brand_id, mine(connection, brand))
    row = connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no brand {brand_id}.", "It may have been removed.")
    return _kept(row)


def _check_free(connection: sa.Connection, name: str, but: int = 0) -> None:
    same = (brand.c.name == name, brand.c.id != but, mine(connection, brand))
    if connection.execute(sa.select(brand.c.id).where(*same)).first() is not None:
        raise Refused(f"There is a brand {name!r} already.", "Give it another name.")


def _kept(row: sa.RowMapping) -> Kept:
    values: dict[str, Any] = {name: row[name] for name in Kept.__slots__}
    return Kept(**values)
