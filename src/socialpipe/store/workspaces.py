"""Workspaces: made, found and renamed."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from socialpipe.errors import NotFound, Refused, UsageError
from socialpipe.model.people import Workspace
from socialpipe.store.database import Database
from socialpipe.store.schema import workspace


class Workspaces:
    """Keeps the tenants of the installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Workspace]:
        """Return every workspace, by name."""
        query = sa.select(workspace.c.id, workspace.c.name).order_by(workspace.c.name)
        with self._database.read() as connection:
            return [Workspace(*row) for row in connection.execute(query)]

    def named(self, name: str) -> Workspace:
        """Find one.

        Raises NotFound.
        """
        found = next((one for one in self.all() if one.name == name), None)
        if found is None:
            raise NotFound(
                f"There is no workspace {name!r}.", "Make it on the page Settings → Workspaces."
            )
        return found

    def add(self, name: str) -> Workspace:
        """Make one.

        Raises UsageError when the name is taken, Refused when it is empty or too long.
        """
        name = _proper(name)
        row = {"name": name, "created_at": self._database.now()}
        try:
            with self._database.write() as connection:
                query = sa.insert(workspace).values(row).returning(workspace.c.id)
                key: int = connection.execute(query).scalar_one()
        except IntegrityError:
            raise UsageError(f"There is a workspace {name!r} already.") from None
        return Workspace(key, name)


def _proper(name: str) -> str:
    found = " ".join(name.split())
    if not 1 <= len(found) <= 60:
        raise Refused("A workspace has a name of 1 to 60 characters.")
    return found
