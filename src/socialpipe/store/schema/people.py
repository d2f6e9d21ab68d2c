"""Who may come in. Of every token only a hash is kept."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.store.schema.columns import Instant, Key, metadata

person = sa.Table(
    "person",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("email", sa.Text, nullable=False, unique=True),  # lower case
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("password", sa.Text),  # argon2id; null: none was set
    sa.Column("totp", sa.LargeBinary),  # sealed
    sa.Column("totp_used", sa.BigInteger),  # the last step taken: a code serves once
    sa.Column("locale", sa.Text),
    sa.Column("timezone", sa.Text),
    sa.Column("disabled_at", Instant),
    sa.Column("created_at", Instant, nullable=False),
)

membership = sa.Table(
    "membership",
    metadata,
    sa.Column("person_id", sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), primary_key=True, index=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("token", sa.Text, nullable=False, unique=True),
    sa.Column("person_id", sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("workspace_id", sa.ForeignKey("workspace.id")),  # that it looks at; null: in none
    sa.Column("user_agent", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("revoked_at", Instant),
)

# A link that serves once: set-up, sign-in, a new password, an invitation, the second factor.
ticket = sa.Table(
    "ticket",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("token", sa.Text, nullable=False, unique=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("person_id", sa.ForeignKey("person.id")),
    sa.Column("workspace_id", sa.ForeignKey("workspace.id")),
    sa.Column("email", sa.Text),
    sa.Column("role", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
)

recovery_code = sa.Table(
    "recovery_code",
    metadata,
    sa.Column("person_id", sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("used_at", Instant),
)

api_token = sa.Table(
    "api_token",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("token", sa.Text, nullable=False, unique=True),
    sa.Column("person_id", sa.ForeignKey("person.id"), nullable=False),
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    sa.Column("revoked_at", Instant),
)

review_link = sa.Table(
    "review_link",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("token", sa.Text, nullable=False, unique=True),
    sa.Column("campaign_id", sa.ForeignKey("campaign.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),  # whom it is for: what they do is said to be theirs
    sa.Column("may_approve", sa.Boolean, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("revoked_at", Instant),
)

throttle = sa.Table(
    "throttle",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", Instant, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("workspace_id", sa.ForeignKey("workspace.id")),  # null: of the installation
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Index("audit_newest", "workspace_id", "id"),
)

# What a page tells at its next showing, and how to take back what it tells of.
notice = sa.Table(
    "notice",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("session_id", sa.ForeignKey("session.id"), nullable=False, index=True),
    sa.Column("workspace_id", sa.ForeignKey("workspace.id")),
    sa.Column("tone", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("undo", sa.JSON(none_as_null=True)),  # {"verb": …, "values": …}
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("shown_at", Instant),
    sa.Column("undone_at", Instant),
)
