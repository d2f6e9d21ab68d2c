"""Which deliveries changed since one looked last: what live pages ask."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa

from socialpipe.store.changes import Changes
from socialpipe.store.database import Database
from socialpipe.store.schema import channel, delivery, event

_OVERLAP = 500  # ids: on PostgreSQL an earlier one may be committed after a later one
_MOST = 5000  # of one look
_WHAT = (event.c.id, event.c.delivery_id, channel.c.workspace_id, event.c.from_state.is_(None))


class Changed(NamedTuple):
    """An event, the delivery that it happened to, and whose that is."""

    event_id: int
    delivery_id: int
    workspace_id: int
    is_new: bool = False  # the delivery was not there before


class Version(NamedTuple):
    """A state of the events: another one means that something happened.

    The newest id alone would not tell of an earlier one that is committed later, so those of the
    overlap are counted.
    """

    newest: int = 0
    recent: int = 0

    @classmethod
    def of(cls, database: Database) -> Version:
        """Return the present one."""
        newest = sa.select(sa.func.max(event.c.id)).scalar_subquery()
        with database.read() as connection:
            query = sa.select(sa.func.max(event.c.id), sa.func.count())
            found = connection.execute(query.where(event.c.id > newest - _OVERLAP)).one()
            return cls(found[0] or 0, found[1])

    @classmethod
    def among(cls, events: Iterable[Changed]) -> Version:
        """Return that of what was just read."""
        known = [one.event_id for one in events]
        newest = max(known, default=0)
        return cls(newest, sum(one > newest - _OVERLAP for one in known))

    def __str__(self) -> str:
        return f"{self.newest}-{self.recent}"


class Newsroom:
    """Tells each event once. For use by one thread at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changes = Changes(database)
        before = self._since(Version.of(database).newest - _OVERLAP)
        self._version = Version.among(before)
        self._told = deque((one.event_id for one in before), maxlen=2 * _MOST)

    @property
    def version(self) -> Version:
        """As of which state of the events everything is told."""
        return self._version

    def fresh(self) -> list[Changed]:
        """Return what happened since the last call."""
        if not self._changes.any():
            return []
        told, seen = set(self._told), self._seen()
        found = [one for one in seen if one.event_id not in told]
        self._told.extend(one.event_id for one in found)
        self._version = Version.among(seen)
        return found

    def _seen(self) -> list[Changed]:
        try:
            return self._since(self._version.newest - _OVERLAP)
        except BaseException:
            self._changes.again()
            raise

    def close(self) -> None:
        """Give back what it kept open."""
        self._changes.close()

    def _since(self, event_id: int) -> list[Changed]:
        """Return what happened after an event."""
        query = (
            sa.select(*_WHAT)
            .join(delivery, event.c.delivery_id == delivery.c.id)
            .join(channel, delivery.c.channel_id == channel.c.id)
            .where(event.c.id > event_id)
            .order_by(event.c.id)
            .limit(_MOST)
        )
        with self._database.read() as connection:
            return [Changed(*row) for row in connection.execute(query)]
