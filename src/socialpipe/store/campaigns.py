"""Campaigns: an article that waits to be composed and drawn, and what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from socialpipe.model import Article, Channel, Json, OnMiss, Post, State
from socialpipe.settings import Settings
from socialpipe.store.database import Database
from socialpipe.store.rows import digest_of, fingerprint, from_article, from_post, to_article
from socialpipe.store.schema import campaign, channel, delivery, media, post
from socialpipe.store.states import Change, move, note

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Order:
    """Get a post out on `channel` at `at`."""

    channel: Channel
    at: datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms deliveries go out."""

    max_attempts: int
    grace: timedelta
    on_miss: OnMiss = OnMiss.HOLD
    needs_review: bool = False

    @classmethod
    def of(cls, settings: Settings, **changed: Any) -> Terms:
        """Return the terms of the settings, but for what is `changed`."""
        grace = timedelta(seconds=settings.grace)
        terms = cls(settings.max_attempts, grace, settings.on_miss)
        return replace(terms, **changed)


@dataclass(frozen=True, slots=True)
class Preparation:
    """A campaign that a worker has taken to compose and draw."""

    id: int
    fence: int
    article: Article
    options: Json
    channels: tuple[tuple[int, str], ...]  # (channel id, platform)


class Campaigns:
    """Queues articles and keeps what the workers make of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def queue(
        self,
        article: Article,
        orders: Sequence[Order],
        *,
        options: Json,
        terms: Terms,
    ) -> tuple[int, list[int]]:
        """Store an article and its deliveries as drafts; return campaign id and delivery ids."""
        now = self._database.now()
        with self._database.write() as connection:
            campaign_id = _insert(
                connection,
                campaign,
                title=article.title,
                article=from_article(article),
                options=options,
                state="new",
                created_at=now,
            )
            ids = []
            for order in orders:
                delivery_id = _insert(
                    connection,
                    delivery,
                    campaign_id=campaign_id,
                    channel_id=order.channel.id,
                    state=State.DRAFT,
                    wanted_at=order.at,
                    due_at=order.at,
                    grace_ms=terms.grace // timedelta(milliseconds=1),
                    max_attempts=terms.max_attempts,
                    on_miss=terms.on_miss,
                    needs_review=terms.needs_review,
                    key=str(uuid.uuid4()),
                    created_at=now,
                )
                note(connection, delivery_id, None, State.DRAFT, Change(now, "operator", "queued"))
                ids.append(delivery_id)
        return campaign_id, ids

    def any_waiting(self) -> bool:
        """Whether `claim` would find anything."""
        now = self._database.now()
        with self._database.read() as connection:
            query = sa.select(campaign.c.id).where(_free(now)).limit(1)
            return connection.execute(query).first() is not None

    def claim(self, limit: int, lease: timedelta) -> list[tuple[int, int]]:
        """Take campaigns that nobody prepares (any more); return (id, fence)."""
        now = self._database.now()
        with self._database.write() as connection:
            ids = connection.scalars(
                sa.select(campaign.c.id)
                .where(_free(now))
                .order_by(campaign.c.created_at)
                .limit(limit)
                .with_for_update(skip_locked=True)
            ).all()
            if not ids:
                return []
            rows = connection.execute(
                sa.update(campaign)
                .where(campaign.c.id.in_(ids))
                .values(
                    state="claimed",
                    fence=campaign.c.fence + 1,
                    attempt=campaign.c.attempt + 1,
                    lease_until=now + lease,
                )
                .returning(campaign.c.id, campaign.c.fence)
            )
            return [(row.id, row.fence) for row in rows]

    def begin(self, campaign_id: int, fence: int) -> Preparation | None:
        """Return the work, or None when the message is stale."""
        with self._database.read() as connection:
            row = (
                connection.execute(
                    sa.select(campaign).where(
                        campaign.c.id == campaign_id,
                        campaign.c.fence == fence,
                        campaign.c.state == "claimed",
                    )
                )
                .mappings()
                .one_or_none()
            )
            if row is None:
                return None
            channels = connection.execute(
                sa.select(channel.c.id, channel.c.platform)
                .join(delivery, delivery.c.channel_id == channel.c.id)
                .where(delivery.c.campaign_id == campaign_id)
                .distinct()
                .order_by(channel.c.id)
            )
            work = Preparation(
                id=campaign_id,
                fence=fence,
                article=to_article(row["article"]),
                options=row["options"],
                channels=tuple((found.id, found.platform) for found in channels),
            )
        if row["attempt"] > _ATTEMPTS:
            self.fail(work, "every worker that composed this article died", "keeper")
            return None
        return work

    def finish(self, work: Preparation, posts: Mapping[int, Post], actor: str) -> bool:
        """Keep the posts (by channel id) and schedule the deliveries; False: the lease was lost."""
        now = self._database.now()
        with self._database.write() as connection:
            if not self._close(connection, work, "ready"):
                return False
            for channel_id, made in posts.items():
                self._keep(connection, work.id, channel_id, made, now)
            for delivery_id, channel_id, needs_review in _drafts(connection, work.id):
                after = State.IN_REVIEW if needs_review else State.SCHEDULED
                made = posts[channel_id]
                values = {
                    "post_id": _post_of(work.id, channel_id),
                    "fingerprint": fingerprint(made),
                }
                change = Change(now, actor, "composed and drawn", values=values)
                move(connection, delivery_id, State.DRAFT, after, change)
        return True

    def fail(self, work: Preparation, reason: str, actor: str) -> None:
        """Give up: the deliveries fail with the reason."""
        now = self._database.now()
        with self._database.write() as connection:
            if not self._close(connection, work, "failed", reason):
                return
            for delivery_id, *_ in _drafts(connection, work.id):
                change = Change(now, actor, reason, values={"reason": reason})
                move(connection, delivery_id, State.DRAFT, State.FAILED, change)

    def release(self, work: Preparation, reason: str, actor: str) -> None:
        """Let another try follow at once; after three, fail with the reason."""
        with self._database.write() as connection:
            tries = connection.execute(
                sa.select(campaign.c.attempt).where(campaign.c.id == work.id)
            ).scalar_one()
            if tries < _ATTEMPTS:
                self._close(connection, work, "new", reason)
                return
        self.fail(work, reason, actor)

    def _close(
        self, connection: sa.Connection, work: Preparation, state: str, reason: str | None = None
    ) -> bool:
        query = sa.update(campaign).where(
            campaign.c.id == work.id, campaign.c.fence == work.fence, campaign.c.state == "claimed"
        )
        return connection.execute(query.values(state=state, reason=reason)).rowcount == 1

    def _keep(
        self,
        connection: sa.Connection,
        campaign_id: int,
        channel_id: int,
        made: Post,
        now: datetime,
    ) -> None:
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        for card in made.cards:
            values = {"sha256": digest_of(card.data), "data": card.data, "created_at": now}
            connection.execute(insert(media).values(values).on_conflict_do_nothing())
        _insert(
            connection, post, campaign_id=campaign_id, channel_id=channel_id, body=from_post(made)
        )


def _free(now: datetime) -> sa.ColumnElement[bool]:
    expired = sa.and_(campaign.c.state == "claimed", campaign.c.lease_until < now)
    return sa.or_(campaign.c.state == "new", expired)


def _drafts(connection: sa.Connection, campaign_id: int) -> list[tuple[int, int, bool]]:
    rows = connection.execute(
        sa.select(delivery.c.id, delivery.c.channel_id, delivery.c.needs_review).where(
            delivery.c.campaign_id == campaign_id, delivery.c.state == State.DRAFT
        )
    )
    return [(row.id, row.channel_id, row.needs_review) for row in rows]


def _post_of(campaign_id: int, channel_id: int) -> sa.ScalarSelect[int]:
    query = sa.select(post.c.id).where(
        post.c.campaign_id == campaign_id, post.c.channel_id == channel_id
    )
    return query.scalar_subquery()


def _insert(connection: sa.Connection, table: sa.Table, **values: object) -> int:
    key: int = connection.execute(
        sa.insert(table).values(values).returning(table.c.id)
    ).scalar_one()
    return key
