"""Which deliveries changed since one looked last: what live pages ask."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import sqlalchemy as sa

from socialpipe.store.changes import Changes
from socialpipe.store.database import Database
from socialpipe.store.schema import channel, delivery, event

_OVERLAP = 500  # ids: on PostgreSQL an earlier one may be committed after a later one
_MOST = 5000  # of one look


class Changed(NamedTuple):
    """An event, the delivery that it happened to, and whose that is."""

    event_id: int
    delivery_id: int
    workspace_id: int


class Newsroom:
    """Tells each event once. For use by one thread at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changes = Changes(database)
        self._last = self.newest()
        before = self.since(self._last - _OVERLAP)
        self._told = deque((one.event_id for one in before), maxlen=2 * _MOST)

    def newest(self) -> int:
        """Return the id of the newest event."""
        with self._database.read() as connection:
            return connection.execute(sa.select(sa.func.max(event.c.id))).scalar_one() or 0

    def fresh(self) -> list[Changed]:
        """Return what happened since the last call."""
        if not self._changes.any():
            return []
        told = set(self._told)
        found = [one for one in self.since(self._last - _OVERLAP) if one.event_id not in told]
        self._told.extend(one.event_id for one in found)
        self._last = max((one.event_id for one in found), default=self._last)
        return found

    def since(self, event_id: int) -> list[Changed]:
        """Return what happened after an event."""
        query = (
            sa.select(event.c.id, event.c.delivery_id, channel.c.workspace_id)
            .join(delivery, event.c.delivery_id == delivery.c.id)
            .join(channel, delivery.c.channel_id == channel.c.id)
            .where(event.c.id > event_id)
            .order_by(event.c.id)
            .limit(_MOST)
        )
        with self._database.read() as connection:
            return [Changed(*row) for row in connection.execute(query)]
