"""The dispatcher's hands: claim what is due, fair between workspaces, then between channels.

Whoever was served longest ago comes first, on both levels: neither a channel with 100,000 posts nor
a workspace with 10,000 channels can push the others back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import sqlalchemy as sa

from socialpipe.model import State
from socialpipe.schedule.lateness import is_late
from socialpipe.store.database import Database
from socialpipe.store.schema import channel, delivery, workspace
from socialpipe.store.states import (
    IN_HAND,
    Change,
    Moved,
    array_of_keys,
    has_arrays,
    in_states,
    is_among,
    move,
    move_all,
)
from socialpipe.store.switches import freezes, is_frozen

_WORKSPACES_A_CLAIM = 50
_CHANNELS_A_CLAIM = 200
_POSTS_A_CHANNEL = 2
_NEXT_FENCE = delivery.c.fence + 1


class Room(NamedTuple):
    """How many deliveries may be in workers' hands: at all, and of one channel."""

    at_all: int
    a_channel: int

    def for_channels(self, in_hand: int) -> int:
        """How many channels may give now; none before a quarter of the room is free.

        Many deliveries that are handed out together cost less than one at a time.
        """
        free = self.at_all - in_hand
        if free < max(1, self.at_all // 4):
            return 0
        return min(_CHANNELS_A_CLAIM, -(-free // _POSTS_A_CHANNEL))


class Claims:
    """Claims due deliveries; any number of dispatchers may do so at once."""

    def __init__(self, database: Database, lease: timedelta) -> None:
        self._database = database
        self._lease = lease

    def claim(self, ahead: timedelta, actor: str, room: Room | None = None) -> list[Moved]:
        """Claim what is due within `ahead`: two posts each of the channels served longest ago.

        A channel that is paced (a gap of its own, or late posts to catch up with) gives one; a
        channel with many posts in workers' hands already gives none. Without `room` nothing is
        counted.
        """
        now = self._database.now()
        with self._database.write() as connection:
            _need_no_disk(connection)
            most = _CHANNELS_A_CLAIM
            if room is not None:
                most = room.for_channels(_in_workers_hands(connection))
            if not most or is_frozen(connection):
                return []
            turns = list(_turns(connection, now + ahead, most, room))
            heads = _heads(connection, [turn.id for turn in turns], now + ahead)
            ids = [key for turn in turns for key in _given(turn, heads.get(turn.id, ()), now)]
            if not ids:
                return []
            change = Change(now, actor, "handed to a worker", values=self._values(now, actor))
            claimed = move_all(connection, ids, State.SCHEDULED, State.CLAIMED, change)
            _remember(connection, turns, now)
            order = {key: place for place, key in enumerate(ids)}
            return sorted(claimed, key=lambda row: order[row.id])

    def _values(self, now: datetime, actor: str) -> dict[str, Any]:
        return {"fence": _NEXT_FENCE, "lease_until": now + self._lease, "claimed_by": actor}

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
            due: datetime | None = connection.execute(_NEXT_DUE).scalar_one_or_none()
            return due


# ── whose turn it is ───────────────────────────────────────────────────────────────────────────

_HORIZON: sa.BindParameter[datetime] = sa.bindparam("horizon", type_=delivery.c.due_at.type)
_MOST: sa.BindParameter[int] = sa.bindparam("most")
_IS_DUE = (in_states(State.SCHEDULED), delivery.c.due_at <= _HORIZON)
_HAS_DUE = (
    ~channel.c.paused,
    sa.or_(channel.c.not_before.is_(None), channel.c.not_before <= _HORIZON),
    # Not "exists": PostgreSQL would first gather all that is due, a hundred thousand rows maybe.
    sa.select(delivery.c.id)
    .where(delivery.c.channel_id == channel.c.id, *_IS_DUE)
    .limit(1)
    .scalar_subquery()
    .is_not(None),
)
_FIRST_TO_SERVE = (
    sa.select(channel.c.id)
    .where(channel.c.workspace_id == workspace.c.id, *_HAS_DUE)
    .limit(1)
    .scalar_subquery()
)
_WORKSPACES = (
    sa.select(workspace.c.id)
    .where(_FIRST_TO_SERVE.is_not(None))
    .where(~sa.exists().where(freezes(workspace.c.id)))
    .order_by(workspace.c.last_served, workspace.c.id)
    .limit(_WORKSPACES_A_CLAIM)
)
_IN_HAND = (
    sa.select(sa.func.count())
    .where(delivery.c.channel_id == channel.c.id, in_states(*IN_HAND))
    .where(delivery.c.state != State.UNCERTAIN)
    .scalar_subquery()
)
_ALL_CHANNELS = (
    sa.select(channel.c.id, channel.c.settings, channel.c.workspace_id)
    .where(channel.c.workspace_id == sa.bindparam("workspace"), *_HAS_DUE)
    .order_by(channel.c.last_served, channel.c.id)
    .limit(_MOST)
    .with_for_update(skip_locked=True)
)
_CHANNELS = _ALL_CHANNELS.where(sa.bindparam("a_channel") > _IN_HAND)


def _heads_of(owner: sa.ColumnElement[int]) -> sa.Select[tuple[int, int, datetime]]:
    """Ask for the first posts of a channel. Its row is locked, so that theirs need not be."""
    return (
        sa.select(delivery.c.channel_id, delivery.c.id, delivery.c.due_at)
        .where(delivery.c.channel_id == owner, *_IS_DUE)
        .order_by(delivery.c.due_at, delivery.c.id)
        .limit(_POSTS_A_CHANNEL)
    )


_HEADS = _heads_of(sa.bindparam("channel"))
_OWNERS = sa.select(sa.func.unnest(array_of_keys("channels")).label("id")).subquery()
_EACH = _heads_of(_OWNERS.c.id).lateral("heads")
_ALL_HEADS = sa.select(_EACH).select_from(_OWNERS.join(_EACH, sa.true()))  # PostgreSQL: at once
_IN_WORKERS_HANDS = sa.select(sa.func.count()).where(in_states(State.CLAIMED, State.PUBLISHING))
_NEXT_DUE = (
    sa.select(delivery.c.due_at)
    .join(channel, delivery.c.channel_id == channel.c.id)
    .where(in_states(State.SCHEDULED), ~channel.c.paused)
    .order_by(delivery.c.due_at)
    .limit(1)
)


def _need_no_disk(connection: sa.Connection) -> None:
    """Let PostgreSQL write this transaction a moment later: a claim that is lost is made again."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")


def _in_workers_hands(connection: sa.Connection) -> int:
    count: int = connection.execute(_IN_WORKERS_HANDS).scalar_one()
    return count


def _turns(
    connection: sa.Connection, horizon: datetime, left: int, room: Room | None
) -> Iterator[Any]:
    """Lock the channels to serve, in their order; every workspace gives its share of them."""
    limits: dict[str, object] = {"horizon": horizon}
    query = _ALL_CHANNELS
    if room is not None:
        query, limits["a_channel"] = _CHANNELS, room.a_channel
    spaces = connection.execute(_WORKSPACES, {"horizon": horizon}).scalars().all()
    for others, space in zip(reversed(range(len(spaces))), spaces, strict=True):
        share = {"workspace": space, "most": -(-left // (others + 1))}
        found = connection.execute(query, {**share, **limits}).all()
        left -= len(found)
        yield from found


def _heads(
    connection: sa.Connection, channels: Sequence[int], horizon: datetime
) -> dict[int, list[Any]]:
    """Return what comes first on each channel."""
    if has_arrays(connection):
        asked = [connection.execute(_ALL_HEADS, {"channels": channels, "horizon": horizon})]
    else:
        asked = [
            connection.execute(_HEADS, {"channel": key, "horizon": horizon}) for key in channels
        ]
    found: dict[int, list[Any]] = {}
    for row in chain.from_iterable(asked):
        found.setdefault(row.channel_id, []).append(row)
    return found


def _given(turn: Any, rows: Sequence[Any], now: datetime) -> list[int]:
    """Choose what the channel gives: one post if it is paced, so that none comes in vain."""
    paced = "min_gap" in turn.settings or (rows and is_late(rows[0].due_at, now))
    return [row.id for row in (rows[:1] if paced else rows)]


@lru_cache(maxsize=2)
def _served(*, arrays: bool) -> sa.Update:
    at = sa.bindparam("now", type_=channel.c.last_served.type)
    return sa.update(channel).where(is_among(channel.c.id, arrays=arrays)).values(last_served=at)


def _remember(connection: sa.Connection, turns: Sequence[Any], now: datetime) -> None:
    """Put those who were served at the end of the queue."""
    ids = [turn.id for turn in turns]
    connection.execute(_served(arrays=has_arrays(connection)), {"ids": ids, "now": now})
    # Another dispatcher serves the same workspace: then one of the two may say so.
    spaces = workspace.c.id.in_({turn.workspace_id for turn in turns})
    free = sa.select(workspace.c.id).where(spaces).with_for_update(skip_locked=True)
    connection.execute(sa.update(workspace).where(workspace.c.id.in_(free)).values(last_served=now))
