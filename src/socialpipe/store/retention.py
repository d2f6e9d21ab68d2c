"""Forget the details of what has been over for long: the timeline, the numbers, the images.

What stays: every delivery with its receipt, its last event, its last numbers, its attempts (the
metrics count them) and the texts. Any number may forget at once: what is gone already is only not
found.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from socialpipe.model import State
from socialpipe.store.database import Database
from socialpipe.store.schema import (
    campaign,
    delivery,
    draft,
    event,
    media,
    metadata,
    post,
    reading,
    review_link,
)

_BATCH = 500  # rows that one transaction removes: others wait no longer than that takes
# Failed and missed ones may be tried again, with their images. A cancelled one may be brought back
# too, but only as long as it is remembered.
_OVER = [State.PUBLISHED, State.CANCELLED]


class Forgotten(NamedTuple):
    """How many rows went."""

    events: int
    media: int
    readings: int


class Retention:
    """Forgets."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget(self, keep: timedelta) -> Forgotten:
        """Forget what nobody touched within `keep`.

        Raises TryAgain when the database cannot be reached.
        """
        before = self._database.now() - keep
        return Forgotten(self._events(before), self._media(before), self._readings(before))

    def _events(self, before: datetime) -> int:
        gone = 0
        while True:
            with self._database.write() as connection:
                ids = connection.scalars(_old_events(before)).all()
                connection.execute(sa.delete(event).where(event.c.id.in_(ids)))
            gone += len(ids)
            if len(ids) < _BATCH:
                return gone

    def _readings(self, before: datetime) -> int:
        gone = 0
        while True:
            with self._database.write() as connection:
                old = _old_readings(before)
                ids = connection.scalars(sa.select(reading.c.delivery_id).where(old).limit(_BATCH))
                found = reading.c.delivery_id.in_(set(ids))
                count = connection.execute(sa.delete(reading).where(old, found)).rowcount
            gone += count
            if count < _BATCH:
                return gone

    def _media(self, before: datetime) -> int:
        with self._database.read() as connection:
            last_post = connection.execute(sa.select(sa.func.max(post.c.id))).scalar_one() or 0
            doomed = set(connection.scalars(_old_media(before)))
            if doomed:
                for names in _images(connection, _live_posts(before)):
                    doomed -= names
        ordered = sorted(doomed)
        return sum(
            self._remove(ordered[start : start + _BATCH], last_post)
            for start in range(0, len(ordered), _BATCH)
        )

    def _remove(self, names: list[str], last_post: int) -> int:
        """Remove images, but for those that a post took up since the survey."""
        with self._database.write() as connection:
            if not self._database.is_sqlite:
                # Whoever stores a post with an image that is there already waits, or we do.
                connection.exec_driver_sql("LOCK TABLE media IN SHARE ROW EXCLUSIVE MODE")
            taken: set[str] = set()
            taken.update(*_images(connection, post.c.id > last_post))
            query = sa.delete(media).where(media.c.sha256.in_(set(names) - taken))
            return connection.execute(query).rowcount


def _old_events(before: datetime) -> sa.Select[int]:
    """Choose events of deliveries that are over and saw nothing since; the last one stays."""
    other = event.alias()
    mine = other.c.delivery_id == event.c.delivery_id
    return (
        sa.select(event.c.id)
        .join(delivery, event.c.delivery_id == delivery.c.id)
        .where(
            event.c.at < before,
            delivery.c.state.in_(_OVER),
            sa.exists().where(mine, other.c.id > event.c.id),
            ~sa.exists().where(mine, other.c.at >= before),
        )
        .limit(_BATCH)
    )


def _old_readings(before: datetime) -> sa.ColumnElement[bool]:
    """Tell numbers that newer ones have replaced; the last of each delivery stay."""
    newer = reading.alias()
    mine = newer.c.delivery_id == reading.c.delivery_id
    later = sa.exists().where(mine, newer.c.at > reading.c.at)
    return sa.and_(reading.c.at < before, later)


def _old_media(before: datetime) -> sa.Select[str]:
    return sa.select(media.c.sha256).where(media.c.created_at < before)


def _live_posts(before: datetime) -> sa.ColumnElement[bool]:
    """Tell the posts of campaigns that may still publish, or did so lately."""
    open_ = sa.exists().where(
        delivery.c.campaign_id == campaign.c.id, delivery.c.state.not_in(_OVER)
    )
    lately = (
        sa.exists()
        .where(event.c.delivery_id == delivery.c.id, event.c.at >= before)
        .where(delivery.c.campaign_id == campaign.c.id)
    )
    live = sa.select(campaign.c.id).where(sa.or_(open_, lately, *_kept()))
    return post.c.campaign_id.in_(live)


def _kept() -> Iterator[sa.ColumnElement[bool]]:
    """Whatever else refers to a campaign (a recurrence …) means to publish from it again."""
    for table in metadata.sorted_tables:
        if table not in {post, delivery, review_link, draft}:
            for key in table.foreign_keys:
                if key.column is campaign.c.id:
                    yield sa.exists().where(key.parent == campaign.c.id)


def _images(connection: sa.Connection, where: sa.ColumnElement[bool]) -> Iterator[set[str]]:
    query = sa.select(post.c.body).where(where).execution_options(yield_per=_BATCH)
    for body in connection.execute(query).scalars():
        yield {card["sha256"] for card in body["cards"]}
