"""Workspaces: tenants that share an installation and nothing else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from socialpipe.store.migrations.first.columns import KEY


def upgrade() -> None:
    op.create_table(
        "workspace",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_served", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )


def downgrade() -> None:
    op.drop_table("workspace")
