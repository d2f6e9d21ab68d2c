"""Campaigns: an article that waits to be composed and drawn, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from socialpipe.model import Article, Json, Post, State
from socialpipe.store.database import Database
from socialpipe.store.intake import (
    Order,
    Terms,
    arrange,
    enqueue,
    post_for,
    told,
)
from socialpipe.store.rows import digest_of, fingerprint, from_post, to_article
from socialpipe.store.schema import campaign, channel, delivery, evergreen, media, post, recurrence
from socialpipe.store.states import Change, move

_ATTEMPTS = 3
_USERS = (delivery, recurrence, evergreen)  # what a campaign's channels are known by


@dataclass(frozen=True, slots=True)
class Preparation:
    """A campaign that a worker has taken to compose and draw."""

    id: int
    fence: int
    article: Article
    options: Json
    workspace_id: int
    channels: tuple[tuple[int, str, str], ...]  # (channel id, its name, platform)


class Campaigns:
    """Queues articles and keeps what the workers make of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def arrange(
        self, orders: Sequence[Order], terms: Terms, stagger: timedelta = timedelta(0)
    ) -> list[datetime]:
        """Return when the orders would go out; nothing is stored. Raises as `intake.enqueue`."""
        change = Change(self._database.now(), "", "tried")
        with self._database.write() as connection, connection.begin_nested() as trial:
            moments = arrange(connection, orders, terms, change, stagger)
            trial.rollback()
        return [moment.at for moment in moments]

    def queue(
        self,
        article: Article,
        orders: Sequence[Order],
        *,
        options: Json,
        terms: Terms,
        stagger: timedelta = timedelta(0),
        actor: str = "operator",
    ) -> tuple[int, list[int]]:
        """Store an article and its deliveries; see `intake.enqueue`."""
        change = Change(self._database.now(), actor, "queued")
        with self._database.write() as connection:
            return enqueue(
                connection,
                article,
                orders,
                options=options,
                terms=terms,
                change=change,
                stagger=stagger,
            )

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
                sa.select(channel.c.id, channel.c.name, channel.c.platform)
                .where(sa.or_(*(_used_by(table, campaign_id) for table in _USERS)))
                .order_by(channel.c.id)
            )
            work = Preparation(
                id=campaign_id,
                fence=fence,
                article=to_article(row["article"]),
                options=row["options"],
                workspace_id=row["workspace_id"],
                channels=tuple(map(tuple, channels)),
            )
        if row["attempt"] > _ATTEMPTS:
            self.fail(work, "every worker that composed this article died", "keeper")
            return None
        return work

    def finish(
        self, work: Preparation, posts: Mapping[int, Sequence[Post]], actor: str, how: str = ""
    ) -> bool:
        """Keep the posts and schedule the deliveries; False: the lease was lost.

        `posts` has, by channel id, the variants of the post that take turns; `how` is told in
        the timeline of each delivery.
        """
        now = self._database.now()
        with self._database.write() as connection:
            if not self._close(connection, work, "ready"):
                return False
            for channel_id, variants in posts.items():
                for n, made in enumerate(variants):
                    keep_media(connection, made, now)
                    keys = {"campaign_id": work.id, "channel_id": channel_id, "variant": n}
                    connection.execute(sa.insert(post).values(body=from_post(made), **keys))
            uses: Counter[tuple[int, int | None]] = Counter()
            for row in _drafts(connection, work.id):
                use = (row.channel_id, row.recurrence_id)
                values = post_for(
                    connection, work.id, row.channel_id, uses[use], needs_review=row.needs_review
                )
                uses[use] += 1
                after = State.IN_REVIEW if row.needs_review else State.SCHEDULED
                text = told(f"composed and drawn{how}", values)
                change = Change(now, actor, text, values=values)
                move(connection, row.id, State.DRAFT, after, change)
        return True

    def fail(self, work: Preparation, reason: str, actor: str) -> None:
        """Give up: the deliveries fail with the reason."""
        now = self._database.now()
        with self._database.write() as connection:
            if not self._close(connection, work, "failed", reason):
                return
            for row in _drafts(connection, work.id):
                change = Change(now, actor, reason, values={"reason": reason})
                move(connection, row.id, State.DRAFT, State.FAILED, change)

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


def queue_as_seen(
    connection: sa.Connection,
    article: Article,
    orders: Sequence[Order],
    posts: Mapping[int, Post],
    *,
    options: Json,
    terms: Terms,
    change: Change,
) -> tuple[int, list[int]]:
    """Store an article and deliveries of posts, by channel id, that a person made.

    No worker composes them anew. Each is of its delivery alone, like one that was edited.
    """
    campaign_id, ids = enqueue(
        connection, article, orders, options=options, terms=terms, change=change
    )
    ready = sa.update(campaign).where(campaign.c.id == campaign_id)
    connection.execute(ready.values(state="ready"))
    for order, delivery_id in zip(orders, ids, strict=True):
        made = posts[order.channel.id]
        keep_media(connection, made, change.at)
        row = {"campaign_id": campaign_id, "channel_id": order.channel.id, "body": from_post(made)}
        post_id = connection.execute(sa.insert(post).values(row).returning(post.c.id)).scalar_one()
        after = State.IN_REVIEW if terms.needs_review else State.SCHEDULED
        values = {"post_id": post_id, "fingerprint": fingerprint(made)}
        move(connection, delivery_id, State.DRAFT, after, replace(change, values=values))
    return campaign_id, ids


def keep_media(connection: sa.Connection, made: Post, now: datetime) -> None:
    """Store the images of a post, each once."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    for card in made.cards:
        values = {"sha256": digest_of(card.data), "data": card.data, "created_at": now}
        connection.execute(insert(media).values(values).on_conflict_do_nothing())


def _used_by(table: sa.Table, campaign_id: int) -> sa.ColumnElement[bool]:
    return channel.c.id.in_(sa.select(table.c.channel_id).where(table.c.campaign_id == campaign_id))


def _free(now: datetime) -> sa.ColumnElement[bool]:
    expired = sa.and_(campaign.c.state == "claimed", campaign.c.lease_until < now)
    return sa.or_(campaign.c.state == "new", expired)


def _drafts(connection: sa.Connection, campaign_id: int) -> Sequence[Any]:
    query = sa.select(
        delivery.c.id, delivery.c.channel_id, delivery.c.needs_review, delivery.c.recurrence_id
    ).where(delivery.c.campaign_id == campaign_id, delivery.c.state == State.DRAFT)
    return connection.execute(query.order_by(delivery.c.wanted_at, delivery.c.id)).all()
