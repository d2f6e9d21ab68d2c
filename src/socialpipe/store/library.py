"""The library: campaigns found again by any word of their article or their posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from socialpipe.errors import NotFound
from socialpipe.model import Article, Json
from socialpipe.store.database import Database
from socialpipe.store.rows import to_article
from socialpipe.store.schema import campaign, channel, delivery, post
from socialpipe.store.within import mine

_PARTS = 10  # of a thread that are searched


@dataclass(frozen=True, slots=True)
class Shelved:
    """A campaign in a list; `state` is new, claimed, ready or failed, with the reason."""

    id: int
    title: str
    state: str
    reason: str | None
    created_at: datetime
    language: str
    url: str | None  # of the article
    deliveries: int
    published: int


class Library:
    """Finds campaigns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(self, text: str, limit: int, before: int | None = None) -> list[Shelved]:
        """Return campaigns that have `text` anywhere ("": all), the newest first."""
        query = _SHELVED
        if text:
            query = query.where(_has(text))
        if before is not None:
            query = query.where(campaign.c.id < before)
        with self._database.read() as connection:
            query = query.where(mine(connection, campaign))
            rows = connection.execute(query.order_by(campaign.c.id.desc()).limit(limit))
            return [Shelved(**row) for row in rows.mappings()]

    def get(self, campaign_id: int) -> Shelved:
        """Return one. Raises NotFound."""
        with self._database.read() as connection:
            query = _SHELVED.where(campaign.c.id == campaign_id, mine(connection, campaign))
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise _missing(campaign_id)
        return Shelved(**row)

    def article(self, campaign_id: int) -> Article:
        """Return what a campaign was made from. Raises NotFound."""
        return to_article(self._made_from(campaign_id, campaign.c.article))

    def options(self, campaign_id: int) -> Json:
        """Return how a campaign is written and drawn. Raises NotFound."""
        return dict(self._made_from(campaign_id, campaign.c.options))

    def _made_from(self, campaign_id: int, column: sa.Column[Any]) -> Any:
        query = sa.select(column).where(campaign.c.id == campaign_id)
        with self._database.read() as connection:
            row = connection.execute(query.where(mine(connection, campaign))).one_or_none()
        if row is None:
            raise _missing(campaign_id)
        return row[0]


_SHELVED = (
    sa.select(
        *(campaign.c[name] for name in ("id", "title", "state", "reason", "created_at")),
        campaign.c.article["language"].as_string().label("language"),
        campaign.c.article["url"].as_string().label("url"),
        sa.func.count(delivery.c.id).label("deliveries"),
        sa.func.count(delivery.c.published_at).label("published"),
    )
    .outerjoin(delivery, delivery.c.campaign_id == campaign.c.id)
    .group_by(campaign.c.id)
)


def _missing(campaign_id: int) -> NotFound:
    return NotFound(f"There is no campaign {campaign_id}.")


def _has(text: str) -> sa.ColumnElement[bool]:
    """Look into title, article and posts, and at the channels' names."""
    said = [post.c.body[("parts", n, 0)].as_string() for n in range(_PARTS)]
    said += [post.c.body["title"].as_string(), post.c.body["first_comment"].as_string()]
    posts = sa.select(post.c.campaign_id).where(sa.or_(*(_in(one, text) for one in said)))
    named = (
        sa.select(delivery.c.campaign_id)
        .join(channel, delivery.c.channel_id == channel.c.id)
        .where(_in(channel.c.name, text))
    )
    article = campaign.c.article
    own = (campaign.c.title, article["text"].as_string(), article["url"].as_string())
    return sa.or_(
        *(_in(column, text) for column in own),
        campaign.c.id.in_(posts),
        campaign.c.id.in_(named),
    )


def _in(column: sa.ColumnElement[str], text: str) -> sa.ColumnElement[bool]:
    return column.icontains(text, autoescape=True)
