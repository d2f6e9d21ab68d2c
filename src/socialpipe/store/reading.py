"""Reading a delivery with all that belongs to it, in as few queries as there can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from socialpipe.model import Channel, Delivery, Json, Post
from socialpipe.store.job import Step
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


_OF_CHANNEL = "its_channel_"
_KEY: sa.BindParameter[Any] = sa.bindparam("key")
_FOUND = (
    DELIVERIES.add_columns(
        *(column.label(_OF_CHANNEL + column.name) for column in channel.c), post.c.body
    )
    .join(post, delivery.c.post_id == post.c.id)
    .where(delivery.c.id == _KEY)
)
_LOCKED = _FOUND.with_for_update(of=channel)
_STEPS = sa.select(step.c.name, step.c.sent_at, step.c.result).where(step.c.delivery_id == _KEY)
_IMAGE = sa.select(media.c.data).where(media.c.sha256 == _KEY)


def find(connection: sa.Connection, delivery_id: int, *, lock: bool = False) -> Found | None:
    """Read a delivery; `lock` its channel, so that nobody else publishes there meanwhile."""
    query = _LOCKED if lock else _FOUND
    row = connection.execute(query, {"key": delivery_id}).mappings().one_or_none()
    if row is None:
        return None
    owner = {column.name: row[_OF_CHANNEL + column.name] for column in channel.c}
    return Found(
        to_delivery(row), to_channel(owner), owner["not_before"], row["fingerprint"], row["body"]
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
