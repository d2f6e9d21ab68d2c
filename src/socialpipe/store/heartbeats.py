"""Which roles are alive, by what they say themselves."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from socialpipe.store.database import Database
from socialpipe.store.schema import heartbeat

ROLES = ("publish worker", "prepare worker", "dispatcher", "keeper")
INTERVAL = timedelta(seconds=5)
_STALE = 3 * INTERVAL
_FORGOTTEN = timedelta(days=1)


class Heartbeats:
    """Says and asks who is alive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beat(self, role: str, actor: str) -> None:
        """Say that a role is alive; forgets those that fell silent long ago."""
        now = self._database.now()
        mine = (heartbeat.c.role == role, heartbeat.c.actor == actor)
        with self._database.write() as connection:
            updated = connection.execute(sa.update(heartbeat).where(*mine).values(at=now))
            if updated.rowcount == 0:
                connection.execute(sa.insert(heartbeat).values(role=role, actor=actor, at=now))
                old = heartbeat.c.at < now - _FORGOTTEN
                connection.execute(sa.delete(heartbeat).where(old))

    def stop(self, role: str, actor: str) -> None:
        """Say goodbye."""
        mine = (heartbeat.c.role == role, heartbeat.c.actor == actor)
        with self._database.write() as connection:
            connection.execute(sa.delete(heartbeat).where(*mine))

    def alive(self) -> dict[str, int]:
        """Count those of each role that spoke lately."""
        since = self._database.now() - _STALE
        query = (
            sa.select(heartbeat.c.role, sa.func.count().label("count_"))
            .where(heartbeat.c.at > since)
            .group_by(heartbeat.c.role)
        )
        with self._database.read() as connection:
            found = {row.role: row.count_ for row in connection.execute(query)}
        return {role: found.get(role, 0) for role in ROLES}
