"""What was tried, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.store.schema.columns import Instant, Key, metadata

step = sa.Table(
    "step",
    metadata,
    sa.Column("delivery_id", sa.ForeignKey("delivery.id"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),  # "part 0", "upload 0.1"
    sa.Column("sent_at", Instant, nullable=False),  # first time that the call went out
    sa.Column("result", sa.JSON),  # null: no definite answer so far
)

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("delivery_id", sa.ForeignKey("delivery.id"), nullable=False, index=True),
    sa.Column("fence", sa.BigInteger, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("outcome", sa.Text),
    sa.Column("detail", sa.Text),
)

event = sa.Table(
    "event",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("delivery_id", sa.ForeignKey("delivery.id"), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("from_state", sa.Text),
    sa.Column("to_state", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
