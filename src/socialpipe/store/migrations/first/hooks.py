"""Who is told what happened, and what they were told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from socialpipe.store.migrations.first.columns import KEY, where


def upgrade() -> None:
    op.create_table(
        "hook",
        sa.Column("id", KEY, nullable=False),
        sa.Column("workspace_id", KEY, server_default="1", nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("hook_id", KEY, nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hook_id"],
            ["hook.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(
        "message_due", "message", ["due_at"], unique=False, **where("state = 'waiting'")
    )
    op.create_index(
        "message_finished",
        "message",
        ["since"],
        unique=False,
        **where("state IN ('accepted', 'given up')"),
    )
    op.create_index(
        "message_order",
        "message",
        ["hook_id", "delivery_id", "id"],
        unique=False,
        **where("state = 'waiting'"),
    )


def downgrade() -> None:
    op.drop_index("message_order", table_name="message", **where("state = 'waiting'"))
    op.drop_index(
        "message_finished", table_name="message", **where("state IN ('accepted', 'given up')")
    )
    op.drop_index("message_due", table_name="message", **where("state = 'waiting'"))
    op.drop_table("message")
    op.drop_table("hook")
