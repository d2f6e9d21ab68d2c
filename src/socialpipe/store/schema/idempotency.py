"""Calls that programs may repeat, and what they were answered the first time."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.store.schema.columns import Instant, Key, metadata
from socialpipe.store.schema.workspaces import in_workspace

call = sa.Table(
    "call",
    metadata,
    sa.Column("id", Key, primary_key=True),
    in_workspace(),
    sa.Column("caller", sa.Text, nullable=False),  # hash of the token that it came with
    sa.Column("route", sa.Text, nullable=False),  # method and path
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),  # of query and body
    sa.Column("answer", sa.LargeBinary),  # sealed: it may hold a secret; null: under way
    sa.Column("created_at", Instant, nullable=False),
    sa.UniqueConstraint("caller", "route", "key"),
    sa.Index("call_created_at", "created_at"),
)
