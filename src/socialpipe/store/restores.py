"""Taking back a cancellation, as long as nothing depends on it."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.errors import Refused
from socialpipe.model import State
from socialpipe.store.database import Database
from socialpipe.store.deliveries import get_delivery
from socialpipe.store.schema import delivery
from socialpipe.store.states import Change, move

# Where a cancelled delivery goes back to, by the state that it was cancelled in.
_BACK = {
    State.IN_REVIEW: State.IN_REVIEW,
    State.APPROVED: State.SCHEDULED,
    State.SCHEDULED: State.SCHEDULED,
    State.CLAIMED: State.SCHEDULED,
    State.FAILED: State.FAILED,
    State.MISSED: State.MISSED,
}


class Restores:
    """Puts cancelled deliveries back to where they were."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def restore(self, delivery_id: int, before: State, actor: str) -> None:
        """Put a cancelled delivery back; `before`: the state that it was cancelled in.

        Raises NotFound; Refused unless it is cancelled, and had been composed.
        """
        now = self._database.now()
        with self._database.write() as connection:
            found = get_delivery(connection, delivery_id)
            query = sa.select(delivery.c.post_id).where(delivery.c.id == delivery_id)
            composed = connection.execute(query).scalar_one() is not None
            if found.state is not State.CANCELLED or not composed or before not in _BACK:
                raise Refused(
                    f"Delivery {delivery_id} cannot be restored.",
                    "Queue the article again: socialpipe queue add …",
                )
            change = Change(now, actor, "restored", found.fence)
            move(connection, delivery_id, State.CANCELLED, _BACK[before], change)
