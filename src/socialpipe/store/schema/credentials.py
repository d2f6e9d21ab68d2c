"""How the credentials of channels stand, and what happened to them. The secrets are not here."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.store.schema.columns import Instant, Key, metadata

credential = sa.Table(
    "credential",
    metadata,
    sa.Column("channel_id", sa.ForeignKey("channel.id"), primary_key=True),
    sa.Column("scopes", sa.JSON(none_as_null=True)),  # null: the network does not say
    sa.Column("issued_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),  # of the token; null: it names no end
    sa.Column("refresh_expires_at", Instant),  # of what renews it; null: it names no end
    sa.Column("renew_at", Instant, index=True),  # null: nothing to renew, or it is of no use
    sa.Column("renewing_since", Instant),  # a renewal went out, and no answer is stored yet
    sa.Column("problem", sa.Text),  # why it cannot be renewed any more
    sa.Column("warned", sa.Integer),  # so many days before its end people were warned last
)

channel_event = sa.Table(
    "channel_event",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("channel_id", sa.ForeignKey("channel.id"), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
