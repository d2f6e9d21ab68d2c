"""Which times of a channel are free. Always computed from what waits, never remembered."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from socialpipe.errors import NotFound
from socialpipe.model import Channel, State
from socialpipe.schedule import lineup, quiet, slots
from socialpipe.schedule.lineup import Waiting
from socialpipe.schedule.moment import Moment
from socialpipe.store.database import Database
from socialpipe.store.rows import to_channel
from socialpipe.store.schema import campaign, channel, delivery
from socialpipe.store.states import Change, move
from socialpipe.store.within import own

MOVABLE = (State.DRAFT, State.IN_REVIEW, State.APPROVED, State.SCHEDULED)
_OPEN = (*MOVABLE, State.CLAIMED, State.PUBLISHING, State.UNCERTAIN)


class Place(StrEnum):
    """Which time an order wants."""

    FIXED = "fixed"  # the one that it names
    NEXT = "next"  # the channel's next free slot
    FIRST = "first"  # the channel's next slot; what stands there moves one slot on


@dataclass(frozen=True, slots=True)
class SlotUse:
    """A slot to come, and what takes it."""

    moment: Moment
    delivery_id: int | None = None
    title: str | None = None


class Places:
    """Shows the slots of a channel and fits its queue into them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def coming(self, owner: Channel, count: int) -> list[SlotUse]:
        """Return the next slots, free and taken."""
        now = self._database.now()
        query = (
            sa.select(delivery.c.wanted_at, delivery.c.id, campaign.c.title)
            .join(campaign, delivery.c.campaign_id == campaign.c.id)
            .where(*_coming(owner.id, now))
        )
        with self._database.read() as connection:
            own(connection, channel, owner.id)
            held = {row.wanted_at: (row.id, row.title) for row in connection.execute(query)}
        coming = islice(slots_of(owner, now), count)
        return [SlotUse(one, *held.get(one.at, (None, None))) for one in coming]

    def reflow(self, owner: Channel, actor: str) -> int:
        """Fit what waits in slots into the slots that there are now; return how many moved."""
        now = self._database.now()
        with self._database.write() as connection:
            owner = lock(connection, owner.id)
            queue = in_slots(connection, owner.id, now)
            fixed = taken(connection, owner.id, now, but=queue)
            given = lineup.reflow(slots_of(owner, now), queue, fixed)
            change = Change(now, actor, "flowed into the channel's slots")
            return retime_all(connection, given, change)


def lock(connection: sa.Connection, channel_id: int) -> Channel:
    """Take the channel's times for this transaction: no other can give the same slot away."""
    own(connection, channel, channel_id)
    row = connection.execute(sa.select(channel).where(channel.c.id == channel_id).with_for_update())
    return to_channel(row.mappings().one())


def slots_of(owner: Channel, after: datetime) -> Iterator[Moment]:
    """Yield the channel's slots after `after`, but for those in its quiet hours."""
    weekly = slots.parse(owner.settings.get("slots", slots.DEFAULT))
    hush = quiet.of(owner.settings)
    zone = ZoneInfo(owner.timezone)
    for one in slots.moments(weekly, owner.timezone, after):
        if hush is None or quiet.quiet_until(hush, zone, one.at) is None:
            yield one


def taken(
    connection: sa.Connection, channel_id: int, after: datetime, but: Collection[Waiting] = ()
) -> set[datetime]:
    """Return the times after `after` at which the channel has something else to publish."""
    query = sa.select(delivery.c.id, delivery.c.wanted_at).where(*_coming(channel_id, after))
    others = {one.id for one in but}
    return {row.wanted_at for row in connection.execute(query) if row.id not in others}


def next_free(connection: sa.Connection, owner: Channel, after: datetime) -> Moment | None:
    """Return the channel's first free slot after `after`; None: there is none within a year."""
    held = taken(connection, owner.id, after)
    return next((one for one in slots_of(owner, after) if one.at not in held), None)


def first(connection: sa.Connection, owner: Channel, head: Waiting, change: Change) -> Moment:
    """Clear the next slot for `head`: what stands there moves one slot on, until one is free.

    What expires keeps its place. Raises NotFound when the slots of a year are full.
    """
    queue = [one for one in in_slots(connection, owner.id, change.at) if one.expires_at is None]
    fixed = taken(connection, owner.id, change.at, but=queue)
    moved = lineup.push(slots_of(owner, change.at), head, queue, fixed)
    if moved is None:
        raise no_slot(owner)
    place = moved.pop(head.id)
    retime_all(connection, moved, change)
    return place


def no_slot(owner: Channel) -> NotFound:
    """Return the error for a channel without a free slot."""
    return NotFound(
        f"Channel {owner.name} has no free slot within a year.",
        f"Give --at TIME, or more slots: socialpipe channel slots {owner.name} --set …",
    )


def in_slots(connection: sa.Connection, channel_id: int, after: datetime) -> list[Waiting]:
    """Return what waits in slots and may be moved, by time."""
    query = (
        sa.select(delivery.c.id, delivery.c.wanted_at, delivery.c.not_before, delivery.c.expires_at)
        .where(
            *_coming(channel_id, after),
            delivery.c.in_slot,
            delivery.c.state.in_(MOVABLE),
            delivery.c.frozen_at.is_(None),
        )
        .order_by(delivery.c.wanted_at, delivery.c.id)
    )
    return [Waiting(*row) for row in connection.execute(query)]


def columns(moment: Moment) -> dict[str, Any]:
    """Turn a moment into what a delivery keeps of it."""
    return {
        "wanted_at": moment.at,
        "due_at": moment.at,
        "local_due": moment.local,
        "tz": moment.zone,
        "in_slot": moment.in_slot,
    }


def retime(
    connection: sa.Connection, delivery_id: int, state: State, moment: Moment, change: Change
) -> bool:
    """Give a waiting delivery another time; a message under way for it is outdated by that."""
    told = f"{change.text}: {moment.at.isoformat(timespec='seconds')}"
    values = {**change.values, **columns(moment), "fence": delivery.c.fence + 1}
    if state is State.SCHEDULED:
        values["reason"] = None  # why it had to wait; in review it says why a person must decide
    timed = Change(change.at, change.actor, told, change.fence, values)
    return move(connection, delivery_id, state, state, timed)


def retime_all(connection: sa.Connection, given: dict[int, Moment], change: Change) -> int:
    """Give deliveries other times; return for how many the time is another one now."""
    if not given:
        return 0
    rows = connection.execute(
        sa.select(delivery.c.id, delivery.c.state, delivery.c.wanted_at)
        .where(delivery.c.id.in_(given), delivery.c.state.in_(MOVABLE))
        .order_by(delivery.c.id)
    ).all()
    others = [row for row in rows if row.wanted_at != given[row.id].at]
    return sum(
        retime(connection, row.id, State(row.state), given[row.id], change) for row in others
    )


def _coming(channel_id: int, after: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        delivery.c.channel_id == channel_id,
        delivery.c.wanted_at > after,
        delivery.c.state.in_(_OPEN),
    )
