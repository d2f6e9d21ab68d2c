"""What keeps the installation running."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.store.schema.columns import Instant, metadata

heartbeat = sa.Table(
    "heartbeat",
    metadata,
    sa.Column("role", sa.Text, primary_key=True),
    sa.Column("actor", sa.Text, primary_key=True),
    sa.Column("at", Instant, nullable=False),
)

switch = sa.Table(
    "switch",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("since", Instant, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
