"""What is published, and on which account."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.store.schema.columns import Instant, Key, metadata
from socialpipe.store.schema.workspaces import in_workspace

channel = sa.Table(
    "channel",
    metadata,
    sa.Column("id", Key, primary_key=True),
    in_workspace(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("api_base", sa.Text),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("secrets", sa.LargeBinary, nullable=False),
    sa.Column("session", sa.LargeBinary),
    sa.Column("renewer", sa.Text),  # who renews the session at the moment …
    sa.Column("renewer_until", Instant),  # … and for how long at most
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("pause_reason", sa.Text),
    sa.Column("last_served", Instant, nullable=False, server_default="0"),
    sa.Column("checked_at", Instant),  # when its credential was tried last …
    sa.Column("problem", sa.Text),  # … and what the network said against it
    sa.Column("not_before", Instant),  # paced: nothing more is handed out before
    sa.Column("limits", sa.JSON(none_as_null=True)),  # what its server tells of its own limits …
    sa.Column("limits_at", Instant),  # … and when it was asked
    sa.Column("created_at", Instant, nullable=False),
    sa.UniqueConstraint("workspace_id", "name"),
    sa.Index("channel_fair", "workspace_id", "last_served", "id"),
)

campaign = sa.Table(
    "campaign",
    metadata,
    sa.Column("id", Key, primary_key=True),
    in_workspace(),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("article", sa.JSON, nullable=False),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # new, claimed, ready, failed
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("lease_until", Instant),
    sa.Column("reason", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index(
        "campaign_open",
        "created_at",
        sqlite_where=sa.text("state IN ('new', 'claimed')"),
        postgresql_where=sa.text("state IN ('new', 'claimed')"),
    ),
)

media = sa.Table(
    "media",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
)

post = sa.Table(
    "post",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("campaign_id", sa.ForeignKey("campaign.id"), nullable=False, index=True),
    sa.Column("channel_id", sa.ForeignKey("channel.id"), nullable=False),
    sa.Column("variant", sa.Integer),  # null: edited, for one delivery only
    sa.Column("body", sa.JSON, nullable=False),
)
