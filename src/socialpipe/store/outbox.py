"""News for hooks, written in the transaction of the event: neither is there without the other."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime

import sqlalchemy as sa

from socialpipe.model import Delivery, Json
from socialpipe.schedule.topics import Topic
from socialpipe.store.rows import DELIVERIES, to_delivery
from socialpipe.store.schema import channel, delivery, hook, message


def anybody_listens(connection: sa.Connection) -> bool:
    """Whether there is any hook at all: mostly there is none, and nothing to be written."""
    return connection.execute(_ANY).first() is not None


def tell(
    connection: sa.Connection, delivery_id: int, topic: Topic, at: datetime, text: str
) -> None:
    """Put a message into the outbox for every hook that listens to the topic."""
    theirs = sa.select(channel.c.workspace_id).join(delivery).where(delivery.c.id == delivery_id)
    listening = _listening(connection, topic, hook.c.workspace_id == theirs.scalar_subquery())
    if not listening:
        return
    row = connection.execute(DELIVERIES.where(delivery.c.id == delivery_id)).mappings().one()
    body = write(topic, at, _data(to_delivery(row), text))
    _put(connection, listening, at, delivery_id=delivery_id, topic=topic, body=body)


def tell_of_channel(
    connection: sa.Connection, channel_id: int, topic: Topic, at: datetime, text: str
) -> None:
    """Put news of a channel, not of a delivery, into the outbox for every hook that listens."""
    row = connection.execute(sa.select(channel).where(channel.c.id == channel_id)).one()
    mine = hook.c.workspace_id == row.workspace_id
    if listening := _listening(connection, topic, mine):
        data = {"channel": row.name, "platform": row.platform, "text": text}
        body = write(topic, at, data, about="channel")
        _put(connection, listening, at, delivery_id=None, topic=topic, body=body)


def _listening(
    connection: sa.Connection, topic: Topic, *conditions: sa.ColumnElement[bool]
) -> list[int]:
    query = sa.select(hook.c.id, hook.c.topics).where(hook.c.disabled_at.is_(None), *conditions)
    return [row.id for row in connection.execute(query) if topic in row.topics]


def _put(
    connection: sa.Connection, listening: list[int], at: datetime, **told: int | str | None
) -> None:
    connection.execute(
        sa.insert(message),
        [
            {
                "hook_id": hook_id,
                **told,
                "key": f"msg_{uuid.uuid4().hex}",
                "state": "waiting",
                "since": at,
                "due_at": at,
                "created_at": at,
            }
            for hook_id in listening
        ],
    )


def write(topic: str, at: datetime, data: Json, about: str = "delivery") -> str:
    """Write a body as Standard Webhooks has it: type, timestamp, data."""
    return json.dumps(
        {"type": f"{about}.{topic}", "timestamp": _instant(at), "data": data}, ensure_ascii=False
    )


def _data(one: Delivery, text: str) -> Json:
    """Say what the receiver needs to act; no credential is among it."""
    return {
        "delivery": one.id,
        "campaign": one.campaign_id,
        "channel": one.channel,
        "platform": one.platform,
        "title": one.title,
        "state": one.state,
        "text": text,
        "wanted_at": _instant(one.wanted_at),
        "published_at": _instant(one.published_at) if one.published_at else None,
        "url": one.receipt.url if one.receipt else None,
        "attempt": one.attempt,
        "max_attempts": one.max_attempts,
        "warnings": list(one.warnings),
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_ANY = sa.select(hook.c.id).where(hook.c.disabled_at.is_(None)).limit(1)
