"""Which roles are alive, by what they say themselves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from socialpipe.store.database import Database
from socialpipe.store.schema import heartbeat

ROLES = ("publish worker", "prepare worker", "dispatcher", "keeper")
INTERVAL = timedelta(seconds=5)
_STALE = 3 * INTERVAL
_FORGOTTEN = timedelta(days=1)
_HOST = "host"  # the role under which a machine says that it works on an SQLite database


class Heartbeats:
    """Says and asks who is alive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beat(self, role: str, actor: str, host: str = "") -> None:
        """Say that a role is alive, and its machine; forgets those that fell silent long ago."""
        with self._database.write() as connection:
            self._say(connection, role, actor)
            if host and self._database.is_sqlite:
                self._say(connection, _HOST, host)

    def _say(self, connection: sa.Connection, role: str, actor: str) -> None:
        now = self._database.now()
        mine = (heartbeat.c.role == role, heartbeat.c.actor == actor)
        updated = connection.execute(sa.update(heartbeat).where(*mine).values(at=now))
        if updated.rowcount == 0:
            connection.execute(sa.insert(heartbeat).values(role=role, actor=actor, at=now))
            old = heartbeat.c.at < now - _FORGOTTEN
            connection.execute(sa.delete(heartbeat).where(old))

    def hosts(self) -> dict[str, datetime]:
        """Return the machines that work on this SQLite database, and when each spoke last."""
        query = sa.select(heartbeat.c.actor, heartbeat.c.at).where(heartbeat.c.role == _HOST)
        with self._database.read() as connection:
            return {row.actor: row.at for row in connection.execute(query)}

    def forget_hosts(self, hosts: Collection[str]) -> None:
        """Forget machines that are gone."""
        gone = (heartbeat.c.role == _HOST, heartbeat.c.actor.in_(hosts))
        with self._database.write() as connection:
            connection.execute(sa.delete(heartbeat).where(*gone))

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
