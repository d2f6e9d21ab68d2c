"""Reading a delivery with all that belongs to it, in as few queries as there can be."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from socialpipe.model import Channel, Delivery, Json, Post
from socialpipe.store.job import Job, Step
from socialpipe.store.rows import DELIVERIES, to_channel, to_delivery, to_post
from socialpipe.store.schema import channel, delivery, media, post, step


@dataclass(frozen=True, slots=True)
class Found:
    """What the tables say of a delivery, its channel and its post."""

    delivery: Delivery
    channel: Channel
    not_before: datetime | None  # the channel's
    fingerprint: str | None
    body: Json
    sealed: bytes  # the channel's credentials


_OF_CHANNEL = "its_channel_"
_KEY: sa.BindParameter[Any] = sa.bindparam("key")
_FOUND = (
    DELIVERIES.add_columns(
        *(column.label(_OF_CHANNEL + column.name) for column in channel.c), post.c.body
    )
    .join(post, delivery.c.post_id == post.c.id)
    .where(delivery.c.id.in_(sa.bindparam("keys", expanding=True)))
)
# In one order, so that two who lock several channels never wait for each other.
_LOCKED = _FOUND.order_by(channel.c.id, delivery.c.due_at, delivery.c.id).with_for_update(
    of=channel
)
_CHANNEL = [(column.name, _OF_CHANNEL + column.name) for column in channel.c]
_STEPS = sa.select(step.c.name, step.c.sent_at, step.c.result).where(step.c.delivery_id == _KEY)
_IMAGE = sa.select(media.c.data).where(media.c.sha256 == _KEY)


def find(connection: sa.Connection, delivery_id: int) -> Found | None:
    """Read a delivery."""
    return next(iter(find_all(connection, [delivery_id])), None)


def find_all(connection: sa.Connection, ids: Collection[int], *, lock: bool = False) -> list[Found]:
    """Read deliveries; `lock` their channels, so that nobody else publishes there meanwhile."""
    query = _LOCKED if lock else _FOUND
    return [_found(row) for row in connection.execute(query, {"keys": list(ids)}).mappings()]


def _found(row: sa.RowMapping) -> Found:
    owner = {name: row[label] for name, label in _CHANNEL}
    return Found(
        delivery=to_delivery(row),
        channel=to_channel(owner),
        not_before=owner["not_before"],
        fingerprint=row["fingerprint"],
        body=row["body"],
        sealed=owner["secrets"],
    )


def steps(connection: sa.Connection, delivery_id: int) -> dict[str, Step]:
    """Read what is known of a delivery's calls."""
    rows = connection.execute(_STEPS, {"key": delivery_id})
    return {row.name: Step(row.sent_at, row.result) for row in rows}


def to_full_post(connection: sa.Connection, body: Json) -> Post:
    """Build a Post with its images."""

    def load(name: str) -> bytes:
        data: bytes = connection.execute(_IMAGE, {"key": name}).scalar_one()
        return data

    return to_post(body, load)


def to_job(
    connection: sa.Connection, found: Found, frozen_at: datetime, actor: str, known: dict[str, Step]
) -> Job:
    """Build what a worker (or the keeper) has in hand."""
    post = to_full_post(connection, found.body)
    return Job(found.delivery, found.channel, post, known, frozen_at, actor, found.sealed)
