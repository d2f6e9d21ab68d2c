"""What happened to a channel, and who is told of it."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.store import outbox
from socialpipe.store.schema import channel_event
from socialpipe.store.states import Change


def note(connection: sa.Connection, channel_id: int, change: Change) -> None:
    """Append to a channel's story; with a topic hooks hear of it, unless it was said last."""
    newest = sa.select(channel_event.c.text).where(channel_event.c.channel_id == channel_id)
    last = connection.execute(newest.order_by(channel_event.c.id.desc()).limit(1))
    if change.topic is not None and last.scalar_one_or_none() == change.text:
        return
    row = {"channel_id": channel_id, "at": change.at, "actor": change.actor, "text": change.text}
    connection.execute(sa.insert(channel_event).values(row))
    if change.topic is not None:
        outbox.tell_of_channel(connection, channel_id, change.topic, change.at, change.text)
