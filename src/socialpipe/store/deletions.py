"""Published deliveries that are taken down again. They stay `published`, with a `deleted_at`."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from socialpipe.errors import Refused
from socialpipe.model import Channel, Receipt, State
from socialpipe.schedule.topics import Topic
from socialpipe.store.database import Database
from socialpipe.store.deliveries import get_delivery
from socialpipe.store.rows import to_channel, to_receipt
from socialpipe.store.schema import channel, delivery, step
from socialpipe.store.states import Change, note


@dataclass(frozen=True, slots=True)
class Out:
    """What a delivery has put on its network, the last part first."""

    channel: Channel
    receipts: tuple[Receipt, ...]


class Deletions:
    """Says what is to be deleted, and remembers what was."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, delivery_id: int) -> Out:
        """Return what is out; nothing, if it was taken down before.

        Raises NotFound; Refused unless it is published, and known under its network's name.
        """
        with self._database.read() as connection:
            found = get_delivery(connection, delivery_id)
            if found.state is not State.PUBLISHED:
                raise Refused(
                    f"Delivery {found.id} is {found.state}: only what is out can be taken down.",
                    f"Take it back before it goes out: socialpipe delivery cancel {found.id}",
                )
            owner = connection.execute(sa.select(channel).where(channel.c.id == found.channel_id))
            where = to_channel(owner.mappings().one())
            receipts = () if found.deleted_at else _receipts(connection, delivery_id)
        if not receipts and not found.deleted_at:
            raise Refused(
                f"Delivery {found.id} is known by the address only that a person gave.",
                f"Delete it by hand: {found.receipt.url if found.receipt else 'on the network'}",
            )
        return Out(where, receipts)

    def done(self, delivery_id: int, actor: str) -> None:
        """Remember that it is gone; asked twice, it is written once."""
        now = self._database.now()
        with self._database.write() as connection:
            get_delivery(connection, delivery_id)
            query = sa.update(delivery).where(
                delivery.c.id == delivery_id, delivery.c.deleted_at.is_(None)
            )
            if connection.execute(query.values(deleted_at=now, read_at=None)).rowcount:
                change = Change(now, actor, "taken down", topic=Topic.DELETED)
                note(connection, delivery_id, State.PUBLISHED, State.PUBLISHED, change)


def _receipts(connection: sa.Connection, delivery_id: int) -> tuple[Receipt, ...]:
    """Read the names of all published parts, the last one first; comments go with their post."""
    query = sa.select(step.c.result).where(
        step.c.delivery_id == delivery_id,
        step.c.name.startswith("part "),
        step.c.result.is_not(sa.null()),
    )
    rows = connection.scalars(query.order_by(step.c.sent_at.desc(), step.c.name.desc()))
    return tuple(receipt for row in rows if (receipt := to_receipt(row)))
