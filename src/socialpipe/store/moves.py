"""Moving what waits: to a time, to a slot, against another, at random, after its zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import sqlalchemy as sa

from socialpipe.errors import Refused, UsageError
from socialpipe.model import Channel, Delivery, State
from socialpipe.schedule.lineup import Waiting, shuffled
from socialpipe.schedule.moment import Moment, on_wall
from socialpipe.store import places
from socialpipe.store.database import Database
from socialpipe.store.deliveries import get_delivery
from socialpipe.store.places import MOVABLE, retime, retime_all
from socialpipe.store.schema import channel, delivery
from socialpipe.store.states import Change

_PAGE = 1000


class Moves:
    """Gives waiting deliveries other times; each change is an event."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def move(
        self, delivery_id: int, moment: Moment, actor: str, *, fence: int | None = None
    ) -> None:
        """Move a delivery to another time.

        Raises Refused when it no longer waits, is under embargo then, or expired, or when it
        carries another `fence` than the one that was read.
        """
        change = Change(self._database.now(), actor, "moved")
        with self._database.write() as connection:
            found = get_delivery(connection, delivery_id)
            refuse_changed(found, fence)
            _give(connection, _waiting(found), moment, change)

    def move_to_next(self, delivery_id: int, actor: str) -> Moment:
        """Move a delivery to its channel's next free slot.

        Raises NotFound when there is none within a year, Refused as `move` does.
        """
        change = Change(self._database.now(), actor, "moved to the next free slot")
        with self._database.write() as connection:
            found = _movable(connection, delivery_id)
            owner = places.lock(connection, found.channel_id)
            earliest = max(change.at, found.not_before or change.at)
            moment = places.next_free(connection, owner, earliest)
            if moment is None:
                raise places.no_slot(owner)
            _give(connection, found, moment, change)
        return moment

    def swap(self, one_id: int, other_id: int, actor: str) -> None:
        """Let two deliveries of one channel exchange their times.

        Raises UsageError for two channels, Refused as `move` does.
        """
        now = self._database.now()
        with self._database.write() as connection:
            one, other = (_movable(connection, key) for key in (one_id, other_id))
            if one.channel_id != other.channel_id:
                raise UsageError(
                    f"Deliveries {one_id} and {other_id} are on different channels.",
                    f"Move each: socialpipe queue move {one_id} --at TIME",
                )
            change = Change(now, actor, f"swapped with delivery {other_id}")
            _give(connection, one, _moment(other), change)
            change = Change(now, actor, f"swapped with delivery {one_id}")
            _give(connection, other, _moment(one), change)

    def shuffle(self, owner: Channel, seed: str, actor: str) -> int:
        """Deal the times of what waits in slots anew; the same seed deals the same.

        What is under embargo or expires keeps its place. Returns how many moved.
        """
        now = self._database.now()
        with self._database.write() as connection:
            places.lock(connection, owner.id)
            waiting = places.in_slots(connection, owner.id, now)
            free = [one for one in waiting if one.not_before is None and one.expires_at is None]
            moments = _moments(connection, [one.id for one in free])
            order = shuffled((one.id for one in free), seed)
            dealt = {key: moments[one.id] for key, one in zip(order, free, strict=True)}
            return retime_all(connection, dealt, Change(now, actor, f"shuffled with seed {seed}"))

    def re_resolve(self, actor: str) -> int:
        """Let times to come follow their wall clocks; return how many another instant is due now.

        Changes something only after the time zone data, or the zone of a channel, has changed.
        """
        now = self._database.now()
        moved = last = 0
        while rows := self._walls(last, now):
            last = rows[-1].id
            stale = [(row, moment) for row in rows if (moment := _stale(row)) is not None]
            if stale:
                change = Change(now, actor, "followed the clock of its zone")
                with self._database.write() as connection:
                    moved += sum(_follow(connection, row, to, change) for row, to in stale)
        return moved

    def _walls(self, after_id: int, now: datetime) -> Sequence[Any]:
        query = (
            sa.select(
                delivery.c.id,
                delivery.c.state,
                delivery.c.fence,
                delivery.c.wanted_at,
                delivery.c.local_due,
                delivery.c.tz,
                delivery.c.in_slot,
                channel.c.timezone,
            )
            .join(channel, delivery.c.channel_id == channel.c.id)
            .where(
                delivery.c.id > after_id,
                delivery.c.local_due.is_not(None),
                delivery.c.wanted_at > now,
                delivery.c.state.in_(MOVABLE),
                delivery.c.frozen_at.is_(None),
            )
        )
        with self._database.read() as connection:
            return connection.execute(query.order_by(delivery.c.id).limit(_PAGE)).all()


def give(connection: sa.Connection, delivery_id: int, moment: Moment, change: Change) -> None:
    """Give a waiting delivery another time.

    Raises Refused when it no longer waits, is under embargo then, or expired.
    """
    _give(connection, _movable(connection, delivery_id), moment, change)


def refuse_changed(found: Delivery, fence: int | None) -> None:
    """Raise Refused when a delivery is not as it was read, with that fence; None: as it is."""
    if fence is not None and found.fence != fence:
        raise changed_meanwhile(found.id)


def changed_meanwhile(delivery_id: int) -> Refused:
    """Say that somebody else was faster."""
    return Refused(
        f"Delivery {delivery_id} changed at this very moment.",
        f"See what happened: socialpipe delivery show {delivery_id}",
    )


def _movable(connection: sa.Connection, delivery_id: int) -> Delivery:
    return _waiting(get_delivery(connection, delivery_id))


def _waiting(found: Delivery) -> Delivery:
    if found.state not in MOVABLE:
        raise Refused(
            f"Delivery {found.id} is {found.state}: it waits for no time.",
            f"See what happened: socialpipe delivery explain {found.id}",
        )
    return found


def _give(connection: sa.Connection, found: Delivery, moment: Moment, change: Change) -> None:
    waiting = Waiting(found.id, found.wanted_at, found.not_before, found.expires_at)
    if not waiting.may(moment.at):
        early = found.not_before is not None and moment.at < found.not_before
        edge = found.not_before if early else found.expires_at
        word = "is under embargo until" if early else "expires at"
        raise Refused(
            f"Delivery {found.id} {word} {edge.isoformat() if edge else ''}.",
            "Give a time that it may go out at",
        )
    guarded = Change(change.at, change.actor, change.text, found.fence)
    if not retime(connection, found.id, found.state, moment, guarded):
        raise changed_meanwhile(found.id)


def _moment(found: Delivery) -> Moment:
    wall = datetime.fromisoformat(found.local_due) if found.local_due else None
    return Moment(found.wanted_at, wall, found.tz, found.in_slot)


def _moments(connection: sa.Connection, ids: Sequence[int]) -> dict[int, Moment]:
    rows = connection.execute(
        sa.select(delivery.c.id, delivery.c.wanted_at, delivery.c.local_due, delivery.c.tz).where(
            delivery.c.id.in_(ids)
        )
    )
    return {
        row.id: Moment(row.wanted_at, datetime.fromisoformat(row.local_due), row.tz, in_slot=True)
        for row in rows
    }


def _stale(row: Any) -> Moment | None:
    """Return the moment that the row's wall time means today, if that differs from what it says."""
    zone = row.timezone if row.in_slot else row.tz
    try:
        moment = on_wall(datetime.fromisoformat(row.local_due), zone)
    except ZoneInfoNotFoundError:  # this machine's data lacks the zone: what was known stands
        return None
    if moment.at == row.wanted_at and zone == row.tz:
        return None
    return Moment(moment.at, moment.wall, zone, row.in_slot)


def _follow(connection: sa.Connection, row: Any, moment: Moment, change: Change) -> bool:
    guarded = Change(change.at, change.actor, change.text, row.fence)
    return retime(connection, row.id, State(row.state), moment, guarded)
