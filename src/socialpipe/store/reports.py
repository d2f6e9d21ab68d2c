"""Reports: how people reacted to what a channel or a campaign has published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from socialpipe.errors import NotFound
from socialpipe.model import Delivery, Metrics
from socialpipe.model.metrics import added
from socialpipe.schedule.best_times import Sample
from socialpipe.schedule.readings import COMPARABLE, MEMORY
from socialpipe.store.database import Database
from socialpipe.store.rows import DELIVERIES, to_delivery
from socialpipe.store.schema import campaign, delivery, reading
from socialpipe.store.within import mine

_COUNTS = tuple(field.name for field in fields(Metrics))
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """A published delivery and its numbers; `read_at` None: none were read (yet)."""

    delivery: Delivery
    read_at: datetime | None
    now: Metrics  # the newest numbers
    gained: Metrics  # since the time that the report counts from


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported on: its kind (channel or campaign), its title, and the posts."""

    kind: str
    title: str
    since: datetime
    rows: Sequence[Standing]

    @property
    def total(self) -> Metrics:
        """Sum of all posts."""
        return added(one.now for one in self.rows)

    @property
    def gained(self) -> Metrics:
        """What came since."""
        return added(one.gained for one in self.rows)

    @property
    def groups(self) -> dict[str, Metrics]:
        """Sums by campaign of a channel, by channel of a campaign."""
        found: dict[str, list[Metrics]] = {}
        for one in self.rows:
            name = one.delivery.title if self.kind == "channel" else one.delivery.channel
            found.setdefault(name, []).append(one.now)
        return {name: added(many) for name, many in found.items()}


@dataclass(frozen=True, slots=True)
class Measured:
    """A delivery's interactions after about a day."""

    published_at: datetime
    evergreen_id: int | None
    interactions: int


class Reports:
    """Tells the numbers of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def campaign(self, campaign_id: int) -> str:
        """Return the title of a campaign.

        Raises NotFound.
        """
        query = sa.select(campaign.c.title).where(campaign.c.id == campaign_id)
        with self._database.read() as connection:
            owned = query.where(mine(connection, campaign))
            title: str | None = connection.execute(owned).scalar_one_or_none()
        if title is None:
            raise NotFound(
                f"There is no channel and no campaign {campaign_id}.",
                "List them: socialpipe channel list, socialpipe delivery list",
            )
        return title

    def of_campaign(self, campaign_id: int, since: datetime) -> list[Standing]:
        """Return what a campaign published since then, or that got new numbers; newest first."""
        return self._standings(delivery.c.campaign_id == campaign_id, since)

    def of_channel(self, channel_id: int, since: datetime) -> list[Standing]:
        """Return what a channel published since then, or that got new numbers; newest first."""
        return self._standings(delivery.c.channel_id == channel_id, since)

    def samples(self, channel_id: int) -> list[Sample]:
        """Return the channel's posts of the last half year, as `best_times` takes them."""
        with self._database.read() as connection:
            found = measured(connection, channel_id, self._database.now())
        return [Sample(one.published_at, one.interactions) for one in found]

    def _standings(self, where: sa.ColumnElement[bool], since: datetime) -> list[Standing]:
        other = reading.alias()
        new = sa.exists().where(other.c.delivery_id == delivery.c.id, other.c.at >= since)
        scope = sa.and_(
            where,
            delivery.c.published_at.is_not(None),
            sa.or_(delivery.c.published_at >= since, new),
        )
        with self._database.read() as connection:
            scope = sa.and_(scope, mine(connection, delivery))
            rows = connection.execute(DELIVERIES.where(scope).order_by(_NEWEST, delivery.c.id))
            deliveries = [to_delivery(row) for row in rows.mappings()]
            query = sa.select(reading).join(delivery).where(scope)
            ordered = query.order_by(reading.c.delivery_id, reading.c.at)
            by_delivery = groupby(connection.execute(ordered), attrgetter("delivery_id"))
            told = {key: _standing(list(group), since) for key, group in by_delivery}
        return [Standing(one, *told.get(one.id, _UNREAD)) for one in deliveries]


_UNREAD = (None, Metrics(), Metrics())
_NEWEST = delivery.c.published_at.desc()


def _standing(rows: list[Any], since: datetime) -> tuple[datetime, Metrics, Metrics]:
    """Return when numbers were read last, the numbers, and what came since; `rows` in order."""
    newest = to_metrics(rows[-1])
    before = next((to_metrics(row) for row in reversed(rows) if row.at <= since), Metrics())
    return rows[-1].at, newest, newest.since(before)


def to_metrics(row: Any) -> Metrics:
    """Build Metrics of a reading.

    A network and our own link count the same people: the one that saw more of them is right.
    """
    counts = {name: getattr(row, name) for name in _COUNTS}
    clicks = [count for count in (row.clicks, row.link_clicks) if count is not None]
    return Metrics(**{**counts, "clicks": max(clicks, default=None)})


def measured(connection: sa.Connection, channel_id: int, now: datetime) -> list[Measured]:
    """Return the posts that a channel published lately, as they stood after about a day."""
    lately = sa.and_(delivery.c.channel_id == channel_id, delivery.c.published_at >= now - MEMORY)
    least, most = (age // _MILLISECOND for age in COMPARABLE)
    first = (
        sa.select(reading.c.delivery_id, sa.func.min(reading.c.at).label("at"))
        .join(delivery)
        .where(lately, _AGE.between(least, most))
        .group_by(reading.c.delivery_id)
        .subquery()
    )
    same = sa.and_(reading.c.delivery_id == first.c.delivery_id, reading.c.at == first.c.at)
    query = (
        sa.select(reading, delivery.c.published_at, delivery.c.evergreen_id)
        .join(first, same)
        .join(delivery, delivery.c.id == reading.c.delivery_id)
        .where(mine(connection, delivery))
        .order_by(reading.c.delivery_id)
    )
    return [
        Measured(row.published_at, row.evergreen_id, to_metrics(row).interactions)
        for row in connection.execute(query)
    ]


_READ, _OUT = (
    sa.type_coerce(one, sa.BigInteger) for one in (reading.c.at, delivery.c.published_at)
)
_AGE = _READ - _OUT  # of a reading, ms
