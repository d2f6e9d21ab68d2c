"""What the keeper does to time: expiry, recurrences, evergreen posts, clocks of zones."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.model import State
from socialpipe.store.database import Database
from socialpipe.store.evergreens import Evergreens
from socialpipe.store.intake import Terms
from socialpipe.store.moves import Moves
from socialpipe.store.places import MOVABLE
from socialpipe.store.recurrences import Recurrences
from socialpipe.store.schema import delivery
from socialpipe.store.states import Change, move_all


class Calendar:
    """Keeps the queue up to date; any number of keepers may do so at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._resolved = False

    def tick(self, terms: Terms, actor: str) -> None:
        """Do what has come due; doing it again changes nothing."""
        if not self._resolved:
            # A process reads the time zone data once, so once per process is enough.
            Moves(self._database).re_resolve(actor)
            self._resolved = True
        self.expire(actor)
        Recurrences(self._database).expand(terms, actor)
        Evergreens(self._database).fill(terms, actor)

    def expire(self, actor: str) -> int:
        """Move what waited too long to `missed`; return how many."""
        now = self._database.now()
        change = Change(now, actor, "it expired", values={"reason": "it expired"})
        expired = 0
        with self._database.write() as connection:
            for state, ids in _expired(connection, change).items():
                expired += len(move_all(connection, ids, state, State.MISSED, change))
        return expired


def _expired(connection: sa.Connection, change: Change) -> dict[State, list[int]]:
    # Written out, not bound: only so can SQLite tell that the index for it serves.
    states: sa.BindParameter[State] = sa.bindparam(
        "waits", MOVABLE, expanding=True, literal_execute=True
    )
    query = sa.select(delivery.c.id, delivery.c.state).where(
        delivery.c.expires_at < change.at,
        delivery.c.state.in_(states),
        delivery.c.frozen_at.is_(None),
    )
    found: dict[State, list[int]] = {}
    for row in connection.execute(query):
        found.setdefault(State(row.state), []).append(row.id)
    return found
