"""What is published, and on which account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from socialpipe.store.migrations.first.columns import KEY, where


def upgrade() -> None:
    op.create_table(
        "media",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "campaign",
        sa.Column("id", KEY, nullable=False),
        sa.Column("workspace_id", KEY, server_default="1", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("article", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "campaign_open",
        "campaign",
        ["created_at"],
        unique=False,
        **where("state IN ('new', 'claimed')"),
    )
    op.create_table(
        "channel",
        sa.Column("id", KEY, nullable=False),
        sa.Column("workspace_id", KEY, server_default="1", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("api_base", sa.Text(), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("secrets", sa.LargeBinary(), nullable=False),
        sa.Column("session", sa.LargeBinary(), nullable=True),
        sa.Column("renewer", sa.Text(), nullable=True),
        sa.Column("renewer_until", sa.BigInteger(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("pause_reason", sa.Text(), nullable=True),
        sa.Column("last_served", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("limits", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("limits_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace_id", "name"),
    )
    op.create_index("channel_fair", "channel", ["workspace_id", "last_served", "id"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", KEY, nullable=False),
        sa.Column("campaign_id", KEY, nullable=False),
        sa.Column("channel_id", KEY, nullable=False),
        sa.Column("variant", sa.Integer(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["channel.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_post_campaign_id", "post", ["campaign_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_post_campaign_id", table_name="post")
    op.drop_table("post")
    op.drop_index("channel_fair", table_name="channel")
    op.drop_table("channel")
    op.drop_index("campaign_open", table_name="campaign", **where("state IN ('new', 'claimed')"))
    op.drop_table("campaign")
    op.drop_table("media")
