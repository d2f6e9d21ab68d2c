"""Calls that programs may repeat, and what they were answered the first time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from socialpipe.store.migrations.first.columns import KEY


def upgrade() -> None:
    op.create_table(
        "call",
        sa.Column("id", KEY, nullable=False),
        sa.Column("workspace_id", KEY, server_default="1", nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("caller", "route", "key"),
    )
    op.create_index("call_created_at", "call", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_index("call_created_at", table_name="call")
    op.drop_table("call")
