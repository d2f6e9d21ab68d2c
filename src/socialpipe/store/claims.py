"""The dispatcher's hands: claim what is due, fair between channels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from socialpipe.model import State
from socialpipe.store.database import Database
from socialpipe.store.schema import channel, delivery
from socialpipe.store.states import Change, Moved, move, move_all

_CHANNELS_A_CLAIM = 50
_POSTS_A_CHANNEL = 2


class Claims:
    """Claims due deliveries; any number of dispatchers may do so at once."""

    def __init__(self, database: Database, lease: timedelta) -> None:
        self._database = database
        self._lease = lease

    def claim(self, ahead: timedelta, actor: str) -> list[Moved]:
        """Claim what is due within `ahead`: two posts each of the channels served longest ago."""
        now = self._database.now()
        due = (delivery.c.state == State.SCHEDULED, delivery.c.due_at <= now + ahead)
        with self._database.write() as connection:
            channels = connection.scalars(
                sa.select(channel.c.id)
                .where(
                    ~channel.c.paused,
                    sa.exists().where(delivery.c.channel_id == channel.c.id, *due),
                )
                .order_by(channel.c.last_served.asc().nulls_first(), channel.c.id)
                .limit(_CHANNELS_A_CLAIM)
                .with_for_update(skip_locked=True)
            ).all()
            ids = [key for owner in channels for key in _heads(connection, owner, due)]
            if not ids:
                return []
            change = Change(
                now,
                actor,
                "handed to a worker",
                values={
                    "fence": delivery.c.fence + 1,
                    "lease_until": now + self._lease,
                    "claimed_by": actor,
                },
            )
            claimed = move_all(connection, ids, State.SCHEDULED, State.CLAIMED, change)
            connection.execute(
                sa.update(channel).where(channel.c.id.in_(channels)).values(last_served=now)
            )
            order = {key: place for place, key in enumerate(ids)}
            return sorted(claimed, key=lambda row: order[row.id])

    def give_back(self, claimed: Sequence[Moved], actor: str) -> None:
        """Undo a claim whose messages could not be sent."""
        now = self._database.now()
        with self._database.write() as connection:
            for row in claimed:
                change = Change(now, actor, "no worker could be told", row.fence)
                move(connection, row.id, State.CLAIMED, State.SCHEDULED, change)

    def next_due(self) -> datetime | None:
        """Return when the next delivery of a channel that is not paused is due."""
        with self._database.read() as connection:
            due: datetime | None = connection.execute(
                sa.select(delivery.c.due_at)
                .join(channel, delivery.c.channel_id == channel.c.id)
                .where(delivery.c.state == State.SCHEDULED, ~channel.c.paused)
                .order_by(delivery.c.due_at)
                .limit(1)
            ).scalar_one_or_none()
            return due


def _heads(
    connection: sa.Connection, owner: int, due: tuple[sa.ColumnElement[bool], ...]
) -> list[int]:
    return list(
        connection.scalars(
            sa.select(delivery.c.id)
            .where(delivery.c.channel_id == owner, *due)
            .order_by(delivery.c.due_at, delivery.c.id)
            .limit(_POSTS_A_CHANNEL)
            .with_for_update(skip_locked=True)
        )
    )
