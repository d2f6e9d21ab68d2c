"""Numbers read back: whose turn it is, and what was told.

`delivery.read_at` says when the numbers of a published delivery are read next. Whoever takes one
moves it on by a lease, so that a reader that dies loses nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from socialpipe.model import Channel, Metrics, Receipt, State
from socialpipe.schedule.readings import next_reading, worth_waiting
from socialpipe.store import reading as delivery_room
from socialpipe.store.database import Database
from socialpipe.store.job import COMMENT, part_name
from socialpipe.store.rows import to_receipt
from socialpipe.store.schema import channel, delivery, reading, short_link
from socialpipe.store.states import Change, note


@dataclass(frozen=True, slots=True)
class Due:
    """A published delivery whose numbers are to be read."""

    delivery_id: int
    channel: Channel
    published_at: datetime
    receipts: tuple[Receipt, ...]  # of its parts, the first one first
    own_replies: int  # that we wrote ourselves: later parts, the first comment
    link: str | None  # code of the short link in it


class Readings:
    """Keeps the numbers of published deliveries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, lease: timedelta, most: int) -> list[Due]:
        """Take deliveries that are due; nobody else reads them for the time of `lease`."""
        now = self._database.now()
        with self._database.write() as connection:
            query = sa.select(delivery.c.id).where(delivery.c.read_at <= now)
            query = query.order_by(delivery.c.read_at).limit(most)
            ids = connection.scalars(query.with_for_update(skip_locked=True)).all()
            if not ids:
                return []
            _set(connection, delivery.c.id.in_(ids), now + lease)
            found = {key: _due(connection, key) for key in ids}
            unknown = [key for key, due in found.items() if due is None]
            _set(connection, delivery.c.id.in_(unknown), None)
        return [due for due in found.values() if due is not None]

    def keep(self, due: Due, told: Metrics) -> None:
        """Keep what was read, if anything was told, and the clicks of our own link with it."""
        now = self._database.now()
        with self._database.write() as connection:
            if not _set(connection, _still(due), next_reading(due.published_at, now)):
                return
            own = _own_clicks(connection, due)
            if told.told or own is not None:
                row = {"delivery_id": due.delivery_id, "at": now, **asdict(told)}
                link = {"link": due.link, "link_clicks": own}
                connection.execute(sa.insert(reading).values(**row, **link))

    def skip(self, due: Due) -> None:
        """Leave out this reading; the next comes at its time."""
        with self._database.write() as connection:
            after = next_reading(due.published_at, self._database.now())
            _set(connection, _still(due), after)

    def stop(self, due: Due, why: str, actor: str) -> None:
        """Read no more, and write down why."""
        now = self._database.now()
        with self._database.write() as connection:
            if _set(connection, _still(due), None):
                change = Change(now, actor, why)
                note(connection, due.delivery_id, State.PUBLISHED, State.PUBLISHED, change)

    def hold(self, channel_id: int, wait: timedelta) -> None:
        """Read nothing of a channel for so long; what is too old by then, never."""
        until = self._database.now() + wait
        with self._database.write() as connection:
            waits = sa.and_(delivery.c.channel_id == channel_id, delivery.c.read_at < until)
            query = sa.select(delivery.c.id, delivery.c.published_at).where(waits)
            rows = connection.execute(query).all()
            later = [row.id for row in rows if worth_waiting(row.published_at, until)]
            never = [row.id for row in rows if row.id not in set(later)]
            _set(connection, delivery.c.id.in_(later), until)
            _set(connection, delivery.c.id.in_(never), None)


def _set(connection: sa.Connection, where: sa.ColumnElement[bool], read_at: datetime | None) -> int:
    return connection.execute(sa.update(delivery).where(where).values(read_at=read_at)).rowcount


def _still(due: Due) -> sa.ColumnElement[bool]:
    """Whoever takes a post down ends its readings: an answer under way must not revive them."""
    return sa.and_(delivery.c.id == due.delivery_id, delivery.c.deleted_at.is_(None))


def _due(connection: sa.Connection, delivery_id: int) -> Due | None:
    """Gather what a reading needs; None: nothing is known of the post."""
    found = delivery_room.find(connection, delivery_id)
    if found is None or found.delivery.published_at is None:
        return None
    steps = delivery_room.steps(connection, delivery_id)
    results = [steps[name].result for name in _parts(len(found.body["parts"])) if name in steps]
    receipts = tuple(receipt for result in results if (receipt := to_receipt(result)))
    comments = int(COMMENT in steps and steps[COMMENT].result is not None)
    return Due(
        delivery_id,
        found.channel,
        found.delivery.published_at,
        receipts,
        max(len(receipts) - 1, 0) + comments,
        _code(connection, found.channel, found.body["link"]),
    )


def _parts(count: int) -> list[str]:
    return [part_name(n) for n in range(count)]


# ── clicks on our own links ────────────────────────────────────────────────────────────────────


def _code(connection: sa.Connection, owner: Channel, link: str | None) -> str | None:
    """Return the code of a link that is one of ours, of this channel."""
    if not link:
        return None
    query = (
        sa.select(short_link.c.code)
        .join(channel, channel.c.workspace_id == short_link.c.workspace_id)
        .where(channel.c.id == owner.id, short_link.c.channel == owner.name)
        .where(short_link.c.code == link.rpartition("/")[2])
    )
    code: str | None = connection.execute(query).scalar_one_or_none()
    return code


def _own_clicks(connection: sa.Connection, due: Due) -> int | None:
    """Count the clicks that are this post's; None: it has no short link.

    Several posts of a channel may lead to one link. What comes after a newer one is out counts for
    that one, so that all of them together have as many clicks as the link.
    """
    if due.link is None:
        return None
    counter = sa.select(short_link.c.clicks).where(short_link.c.code == due.link)
    clicks: int = connection.execute(counter).scalar_one_or_none() or 0
    mine, others, newer = 0, 0, False
    for row in connection.execute(_SHARES.where(reading.c.link == due.link)):
        if row.delivery_id == due.delivery_id:
            mine = row.clicks
        else:
            others += row.clicks
            newer = newer or row.published_at > due.published_at
    return mine if newer else max(clicks - others, mine)


_SHARES = (
    sa.select(
        reading.c.delivery_id,
        sa.func.max(reading.c.link_clicks).label("clicks"),
        delivery.c.published_at,
    )
    .join(delivery, reading.c.delivery_id == delivery.c.id)
    .group_by(reading.c.delivery_id, delivery.c.published_at)
)
