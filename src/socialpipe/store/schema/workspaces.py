"""Workspaces: tenants that share an installation and nothing else."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.store.schema.columns import Instant, Key, metadata

FIRST_WORKSPACE = 1  # every installation has it

workspace = sa.Table(
    "workspace",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("last_served", Instant, nullable=False, server_default="0"),
    sa.Column("created_at", Instant, nullable=False),
)


def in_workspace() -> sa.Column[int]:
    """Say whose row it is: nothing is shared between workspaces."""
    first = str(FIRST_WORKSPACE)
    return sa.Column(
        "workspace_id", sa.ForeignKey("workspace.id"), nullable=False, server_default=first
    )
