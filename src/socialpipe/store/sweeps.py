"""The keeper's hands: deliveries whose worker fell silent, and uncertain ones."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from socialpipe.errors import Refused
from socialpipe.model import State
from socialpipe.store.database import Database
from socialpipe.store.deliveries import get_delivery
from socialpipe.store.job import Job
from socialpipe.store.jobs import load_job
from socialpipe.store.schema import delivery
from socialpipe.store.states import Change, in_states, move_all

_LONGEST = 2  # leases that one can run for, even after the setting was changed


class Sweeps:
    """Finds what got stuck; any number of keepers may do so at once."""

    def __init__(self, database: Database, lease: timedelta) -> None:
        self._database = database
        self._lease = lease

    def sweep(self, actor: str) -> int:
        """Take deliveries away from workers that are silent beyond their lease; return how many.

        `claimed` → `scheduled`: nothing was sent. `publishing` → `uncertain`: who knows; a lease
        is longer than any call, so the first look may follow at once.
        """
        now = self._database.now()
        with self._database.write() as connection:
            new_fence = {"fence": delivery.c.fence + 1, "lease_until": None}
            text = "the worker fell silent before it began"
            freed = move_all(
                connection,
                self._expired(connection, State.CLAIMED, now),
                State.CLAIMED,
                State.SCHEDULED,
                Change(now, actor, text, values=new_fence),
            )
            text = "the worker fell silent while publishing: it may be out"
            unsure = {**new_fence, "reason": text, "look_at": now, "misses": 0}
            lost = move_all(
                connection,
                self._expired(connection, State.PUBLISHING, now),
                State.PUBLISHING,
                State.UNCERTAIN,
                Change(now, actor, text, values=unsure),
            )
            return len(freed) + len(lost)

    def take_uncertain(self, limit: int, actor: str) -> list[Job]:
        """Take uncertain deliveries that are due for a look; no other keeper has them then."""
        now = self._database.now()
        with self._database.write() as connection:
            ids = connection.scalars(
                sa.select(delivery.c.id)
                .where(in_states(State.UNCERTAIN), delivery.c.look_at <= now)
                .order_by(delivery.c.look_at)
                .limit(limit)
                .with_for_update(skip_locked=True)
            ).all()
            if not ids:
                return []
            connection.execute(
                sa.update(delivery)
                .where(delivery.c.id.in_(ids))
                .values(fence=delivery.c.fence + 1, look_at=now + self._lease)
            )
            return [load_job(connection, key, actor) for key in ids]

    def peek(self, delivery_id: int, actor: str) -> Job:
        """Return what is known of an uncertain delivery, for a person who looks at it.

        Raises NotFound; Refused unless it is uncertain.
        """
        with self._database.read() as connection:
            found = get_delivery(connection, delivery_id)
            if found.state is not State.UNCERTAIN:
                raise Refused(f"Delivery {delivery_id} is {found.state}: nothing is unknown of it.")
            return load_job(connection, delivery_id, actor)

    def _expired(self, connection: sa.Connection, state: State, now: datetime) -> list[int]:
        """Find leases that are over; one that runs for too long was given before a clock jump."""
        over = sa.or_(
            delivery.c.lease_until < now, delivery.c.lease_until > now + _LONGEST * self._lease
        )
        in_hand = in_states(State.CLAIMED, State.PUBLISHING)  # as the index has it
        query = sa.select(delivery.c.id).where(in_hand, delivery.c.state == state, over)
        return list(connection.scalars(query.with_for_update(skip_locked=True)))
