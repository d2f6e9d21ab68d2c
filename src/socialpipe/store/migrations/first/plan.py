"""When it is published: deliveries, and the rules that make them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from socialpipe.store.migrations.first.columns import KEY, where


def upgrade() -> None:
    op.create_table(
        "evergreen",
        sa.Column("id", KEY, nullable=False),
        sa.Column("campaign_id", KEY, nullable=False),
        sa.Column("channel_id", KEY, nullable=False),
        sa.Column("cooldown_ms", sa.BigInteger(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("needs_review", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
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
    op.create_index("ix_evergreen_campaign_id", "evergreen", ["campaign_id"], unique=False)
    op.create_table(
        "recurrence",
        sa.Column("id", KEY, nullable=False),
        sa.Column("campaign_id", KEY, nullable=False),
        sa.Column("channel_id", KEY, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("start", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("needs_review", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("expanded_until", sa.BigInteger(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
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
    op.create_index("ix_recurrence_campaign_id", "recurrence", ["campaign_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", KEY, nullable=False),
        sa.Column("campaign_id", KEY, nullable=False),
        sa.Column("channel_id", KEY, nullable=False),
        sa.Column("post_id", KEY, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("wanted_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("local_due", sa.Text(), nullable=True),
        sa.Column("tz", sa.Text(), nullable=True),
        sa.Column("in_slot", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("recurrence_id", KEY, nullable=True),
        sa.Column("occurrence", sa.Text(), nullable=True),
        sa.Column("evergreen_id", KEY, nullable=True),
        sa.Column("grace_ms", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("on_miss", sa.Text(), server_default="hold", nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("approved", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("needs_review", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("frozen_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.Column("misses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("checked_at", sa.BigInteger(), nullable=True),
        sa.Column("warnings", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["channel.id"],
        ),
        sa.ForeignKeyConstraint(
            ["evergreen_id"],
            ["evergreen.id"],
        ),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["post.id"],
        ),
        sa.ForeignKeyConstraint(
            ["recurrence_id"],
            ["recurrence.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("recurrence_id", "occurrence"),
    )
    op.create_index(
        "delivery_check",
        "delivery",
        ["checked_at"],
        unique=False,
        **where("state IN ('in_review', 'scheduled')"),
    )
    op.create_index(
        "delivery_due", "delivery", ["due_at"], unique=False, **where("state IN ('scheduled')")
    )
    op.create_index(
        "delivery_evergreen",
        "delivery",
        ["evergreen_id"],
        unique=False,
        **where("evergreen_id IS NOT NULL"),
    )
    op.create_index(
        "delivery_expiry",
        "delivery",
        ["expires_at"],
        unique=False,
        **where(
            "expires_at IS NOT NULL AND state IN ('draft', 'in_review', 'approved', 'scheduled')"
        ),
    )
    op.create_index(
        "delivery_fair",
        "delivery",
        ["channel_id", "due_at", "id"],
        unique=False,
        **where("state IN ('scheduled')"),
    )
    op.create_index(
        "delivery_lease",
        "delivery",
        ["lease_until"],
        unique=False,
        **where("state IN ('claimed', 'publishing')"),
    )
    op.create_index(
        "delivery_look", "delivery", ["look_at"], unique=False, **where("state IN ('uncertain')")
    )
    op.create_index(
        "delivery_open",
        "delivery",
        ["channel_id"],
        unique=False,
        **where("state IN ('claimed', 'publishing', 'uncertain')"),
    )
    op.create_index("delivery_out", "delivery", ["channel_id", "published_at"], unique=False)
    op.create_index(
        "delivery_plan",
        "delivery",
        ["channel_id", "due_at"],
        unique=False,
        **where("state IN ('draft', 'in_review')"),
    )
    op.create_index(
        "delivery_read", "delivery", ["read_at"], unique=False, **where("read_at IS NOT NULL")
    )
    op.create_index(
        "delivery_review", "delivery", ["due_at"], unique=False, **where("state IN ('in_review')")
    )
    op.create_index(
        "delivery_twin",
        "delivery",
        ["channel_id", "fingerprint"],
        unique=False,
        **where("state IN ('published', 'publishing', 'uncertain')"),
    )
    op.create_index(
        "delivery_warned",
        "delivery",
        ["checked_at"],
        unique=False,
        **where("warnings IS NOT NULL AND state IN ('in_review', 'scheduled')"),
    )
    op.create_index("ix_delivery_campaign_id", "delivery", ["campaign_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_delivery_campaign_id", table_name="delivery")
    op.drop_index(
        "delivery_warned",
        table_name="delivery",
        **where("warnings IS NOT NULL AND state IN ('in_review', 'scheduled')"),
    )
    op.drop_index(
        "delivery_twin",
        table_name="delivery",
        **where("state IN ('published', 'publishing', 'uncertain')"),
    )
    op.drop_index("delivery_review", table_name="delivery", **where("state IN ('in_review')"))
    op.drop_index("delivery_read", table_name="delivery", **where("read_at IS NOT NULL"))
    op.drop_index(
        "delivery_plan", table_name="delivery", **where("state IN ('draft', 'in_review')")
    )
    op.drop_index("delivery_out", table_name="delivery")
    op.drop_index(
        "delivery_open",
        table_name="delivery",
        **where("state IN ('claimed', 'publishing', 'uncertain')"),
    )
    op.drop_index("delivery_look", table_name="delivery", **where("state IN ('uncertain')"))
    op.drop_index(
        "delivery_lease", table_name="delivery", **where("state IN ('claimed', 'publishing')")
    )
    op.drop_index("delivery_fair", table_name="delivery", **where("state IN ('scheduled')"))
    op.drop_index(
        "delivery_expiry",
        table_name="delivery",
        **where(
            "expires_at IS NOT NULL AND state IN ('draft', 'in_review', 'approved', 'scheduled')"
        ),
    )
    op.drop_index("delivery_evergreen", table_name="delivery", **where("evergreen_id IS NOT NULL"))
    op.drop_index("delivery_due", table_name="delivery", **where("state IN ('scheduled')"))
    op.drop_index(
        "delivery_check", table_name="delivery", **where("state IN ('in_review', 'scheduled')")
    )
    op.drop_table("delivery")
    op.drop_index("ix_recurrence_campaign_id", table_name="recurrence")
    op.drop_table("recurrence")
    op.drop_index("ix_evergreen_campaign_id", table_name="evergreen")
    op.drop_table("evergreen")
