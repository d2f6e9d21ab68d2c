"""Feeds that are watched, and every entry that was ever seen in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from socialpipe.store.migrations.first.columns import KEY, where


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("id", KEY, nullable=False),
        sa.Column("workspace_id", KEY, server_default="1", nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("interval_ms", sa.BigInteger(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("modified", sa.Text(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("feed_due", "feed", ["due_at"], unique=False, **where("stopped_at IS NULL"))
    op.create_table(
        "feed_channel",
        sa.Column("feed_id", KEY, nullable=False),
        sa.Column("channel_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["channel.id"],
        ),
        sa.ForeignKeyConstraint(
            ["feed_id"],
            ["feed.id"],
        ),
        sa.PrimaryKeyConstraint("feed_id", "channel_id"),
    )
    op.create_table(
        "feed_entry",
        sa.Column("feed_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("article", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
        ),
        sa.ForeignKeyConstraint(
            ["feed_id"],
            ["feed.id"],
        ),
        sa.PrimaryKeyConstraint("feed_id", "name"),
    )
    op.create_index(
        "feed_entry_due", "feed_entry", ["due_at"], unique=False, **where("state = 'waiting'")
    )
    op.create_index("feed_entry_page", "feed_entry", ["feed_id", "page"], unique=False)
    op.create_index("ix_feed_entry_campaign_id", "feed_entry", ["campaign_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_feed_entry_campaign_id", table_name="feed_entry")
    op.drop_index("feed_entry_page", table_name="feed_entry")
    op.drop_index("feed_entry_due", table_name="feed_entry", **where("state = 'waiting'"))
    op.drop_table("feed_entry")
    op.drop_table("feed_channel")
    op.drop_index("feed_due", table_name="feed", **where("stopped_at IS NULL"))
    op.drop_table("feed")
