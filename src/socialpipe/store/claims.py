"""The dispatcher's hands: claim what is due, fair between channels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from socialpipe.model import State
from socialpipe.schedule.lateness import is_late
from socialpipe.store.database import Database
from socialpipe.store.schema import channel, delivery
from socialpipe.store.states import Change, Moved, move, move_all
from socialpipe.store.switches import is_frozen

_CHANNELS_A_CLAIM = 50
_POSTS_A_CHANNEL = 2


class Claims:
    """Claims due deliveries; any number of dispatchers may do so at once."""

    def __init__(self, database: Database, lease: timedelta) -> None:
        self._database = database
        self._lease = lease

    def claim(self, ahead: timedelta, actor: str) -> list[Moved]:
        """Claim what is due within `ahead`: two posts each of the channels served longest ago.

        A channel that is paced (a gap of its own, or late posts to catch up with) gives one.
        """
        now = self._database.now()
        with self._database.write() as connection:
            if is_frozen(connection):
                return []
            served = [
                (owner.id, self._heads(connection, owner, now, ahead))
                for owner in _owners(connection, now + ahead)
            ]
            ids = [key for _, heads in served for key in heads]
            if not ids:
                return []
            change = Change(now, actor, "handed to a worker", values=self._values(now, actor))
            claimed = move_all(connection, ids, State.SCHEDULED, State.CLAIMED, change)
            owners = [owner for owner, _ in served]
            connection.execute(
                sa.update(channel).where(channel.c.id.in_(owners)).values(last_served=now)
            )
            order = {key: place for place, key in enumerate(ids)}
            return sorted(claimed, key=lambda row: order[row.id])

    def _values(self, now: datetime, actor: str) -> dict[str, Any]:
        return {
            "fence": delivery.c.fence + 1,
            "lease_until": now + self._lease,
            "claimed_by": actor,
        }

    @staticmethod
    def _heads(connection: sa.Connection, owner: Any, now: datetime, ahead: timedelta) -> list[int]:
        """Choose what the channel gives: one post if it is paced, so that none comes in vain."""
        rows = connection.execute(
            sa.select(delivery.c.id, delivery.c.due_at)
            .where(delivery.c.channel_id == owner.id, *_due(now + ahead))
            .order_by(delivery.c.due_at, delivery.c.id)
            .limit(_POSTS_A_CHANNEL)
            .with_for_update(skip_locked=True)
        ).all()
        paced = "min_gap" in owner.settings or (rows and is_late(rows[0].due_at, now))
        return [row.id for row in (rows[:1] if paced else rows)]

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


def _due(horizon: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (delivery.c.state == State.SCHEDULED, delivery.c.due_at <= horizon)


def _owners(connection: sa.Connection, horizon: datetime) -> Sequence[Any]:
    """Lock the channels that have something due and may be served, longest ago served first."""
    free = sa.or_(channel.c.not_before.is_(None), channel.c.not_before <= horizon)
    something = sa.exists().where(delivery.c.channel_id == channel.c.id, *_due(horizon))
    return connection.execute(
        sa.select(channel.c.id, channel.c.settings)
        .where(~channel.c.paused, free, something)
        .order_by(channel.c.last_served.asc().nulls_first(), channel.c.id)
        .limit(_CHANNELS_A_CLAIM)
        .with_for_update(skip_locked=True)
    ).all()
