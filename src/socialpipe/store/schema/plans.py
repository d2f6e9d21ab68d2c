"""What plan files declared, and which delivery each line of them became."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.store.schema.columns import Key, metadata
from socialpipe.store.schema.workspaces import in_workspace

plan_line = sa.Table(
    "plan_line",
    metadata,
    sa.Column("id", Key, primary_key=True),
    in_workspace(),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),  # of the campaign, within its plan
    sa.Column("channel_id", sa.ForeignKey("channel.id"), nullable=False),
    sa.Column("content", sa.Text, nullable=False),  # a hash of all that makes the post
    sa.Column("time", sa.Text, nullable=False),  # as it was declared
    sa.Column("delivery_id", sa.ForeignKey("delivery.id"), nullable=False),
    sa.UniqueConstraint("workspace_id", "plan", "name", "channel_id"),
)
