"""Who is told what happened, and what they were told."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.store.schema.columns import Instant, Key, metadata
from socialpipe.store.schema.workspaces import in_workspace

hook = sa.Table(
    "hook",
    metadata,
    sa.Column("id", Key, primary_key=True),
    in_workspace(),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("failing_since", Instant),
    sa.Column("disabled_at", Instant),
    sa.Column("note", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
)

message = sa.Table(
    "message",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("hook_id", sa.ForeignKey("hook.id"), nullable=False),
    sa.Column("delivery_id", sa.BigInteger),  # outlives it; null: it is about a channel
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False, unique=True),  # what the receiver tells repeats by
    sa.Column("body", sa.Text, nullable=False),  # exactly what is sent and signed, at every try
    sa.Column("state", sa.Text, nullable=False),  # waiting, accepted, given up
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("since", Instant, nullable=False),  # when this effort began: anew at a replay
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
)
_WAITING = sa.text("state = 'waiting'")
sa.Index(
    "message_order",
    message.c.hook_id,
    message.c.delivery_id,
    message.c.id,
    sqlite_where=_WAITING,
    postgresql_where=_WAITING,
)
_FINISHED = sa.text("state IN ('accepted', 'given up')")
sa.Index("message_finished", message.c.since, sqlite_where=_FINISHED, postgresql_where=_FINISHED)
sa.Index("message_due", message.c.due_at, sqlite_where=_WAITING, postgresql_where=_WAITING)
