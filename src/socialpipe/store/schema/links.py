"""Short links: what a code stands for, and how often people followed it."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.store.schema.columns import Instant, metadata
from socialpipe.store.schema.workspaces import in_workspace

short_link = sa.Table(
    "short_link",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    in_workspace(),
    sa.Column("channel", sa.Text, nullable=False),  # or the platform, where no channel is known
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("clicks", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("last_click_at", Instant),
    sa.Column("created_at", Instant, nullable=False),
)
