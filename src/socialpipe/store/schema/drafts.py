"""What people work on before anything is queued: drafts, and their brands."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.store.schema.columns import Instant, Key, metadata
from socialpipe.store.schema.workspaces import in_workspace

draft = sa.Table(
    "draft",
    metadata,
    sa.Column("id", Key, primary_key=True),
    in_workspace(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),  # what somebody pasted: text or address
    sa.Column("stage", sa.Text, nullable=False),  # source, working, ready
    sa.Column("problem", sa.Text),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("picture", sa.LargeBinary),
    sa.Column("found_picture", sa.LargeBinary),
    sa.Column("campaign_id", sa.ForeignKey("campaign.id")),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
    sa.Column("discarded_at", Instant),
    sa.Index("draft_open", "workspace_id", "updated_at"),
)

brand = sa.Table(
    "brand",
    metadata,
    sa.Column("id", Key, primary_key=True),
    in_workspace(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),  # the brand file, TOML
    sa.Column("logo", sa.LargeBinary),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
    sa.UniqueConstraint("workspace_id", "name"),
)
