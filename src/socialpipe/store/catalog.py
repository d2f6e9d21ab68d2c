"""Campaigns and deliveries for programs: filtered, the newest first, by keys that never move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from socialpipe.errors import NotFound
from socialpipe.model import Article, Delivery, State
from socialpipe.store.database import Database
from socialpipe.store.rows import DELIVERIES, to_article, to_delivery
from socialpipe.store.schema import campaign, channel, delivery
from socialpipe.store.within import mine


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries; those that are wanted out within [since, until)."""

    states: Sequence[State] = ()
    channel: str | None = None  # its name
    campaign_id: int | None = None
    text: str | None = None  # in the title
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """A campaign; `state` is new, claimed, ready or failed, with the reason."""

    id: int
    title: str
    state: str
    reason: str | None
    created_at: datetime
    article: Article


class Catalog:
    """Lists `limit` rows with ids below `before`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def deliveries(self, wanted: Wanted, before: int | None, limit: int) -> list[Delivery]:
        """Find deliveries."""
        query = DELIVERIES.where(*_conditions(wanted)).order_by(delivery.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(delivery.c.id < before)
        with self._database.read() as connection:
            query = query.where(mine(connection, channel))
            return [to_delivery(row) for row in connection.execute(query).mappings()]

    def campaigns(self, text: str | None, before: int | None, limit: int) -> list[Filed]:
        """Find campaigns whose title or article has `text`."""
        query = sa.select(campaign).order_by(campaign.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(campaign.c.id < before)
        if text:
            body = campaign.c.article["text"].as_string()
            query = query.where(
                sa.or_(*(_has(column, text) for column in (campaign.c.title, body)))
            )
        with self._database.read() as connection:
            query = query.where(mine(connection, campaign))
            return [_to_filed(row) for row in connection.execute(query).mappings()]

    def campaign(self, campaign_id: int) -> Filed:
        """Find one.

        Raises NotFound.
        """
        query = sa.select(campaign).where(campaign.c.id == campaign_id)
        with self._database.read() as connection:
            query = query.where(mine(connection, campaign))
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFound(f"There is no campaign {campaign_id}.")
        return _to_filed(row)


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.states:
        found.append(delivery.c.state.in_(wanted.states))
    if wanted.channel is not None:
        found.append(channel.c.name == wanted.channel)
    if wanted.campaign_id is not None:
        found.append(delivery.c.campaign_id == wanted.campaign_id)
    if wanted.text:
        found.append(_has(campaign.c.title, wanted.text))
    if wanted.since is not None:
        found.append(delivery.c.wanted_at >= wanted.since)
    if wanted.until is not None:
        found.append(delivery.c.wanted_at < wanted.until)
    return found


def _has(column: sa.ColumnElement[str], text: str) -> sa.ColumnElement[bool]:
    return column.icontains(text, autoescape=True)


def _to_filed(row: sa.RowMapping) -> Filed:
    same = ("id", "title", "state", "reason", "created_at")
    return Filed(**{name: row[name] for name in same}, article=to_article(row["article"]))
