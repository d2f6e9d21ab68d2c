"""The tables, the same on SQLite and PostgreSQL. Instants are integer milliseconds, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware datetime, kept as integer milliseconds since 1970 UTC."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse naive times: nobody knows which instant they mean."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r}")
        return (value - _EPOCH) // _MILLISECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Give back an aware datetime in UTC."""
        del dialect
        return None if value is None else _EPOCH + value * _MILLISECOND


metadata = sa.MetaData()
Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")

channel = sa.Table(
    "channel",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
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
    sa.Column("last_served", Instant),
    sa.Column("not_before", Instant),  # paced: nothing more is handed out before
    sa.Column("created_at", Instant, nullable=False),
    sa.Index("channel_fair", "last_served", "id"),
)

campaign = sa.Table(
    "campaign",
    metadata,
    sa.Column("id", Key, primary_key=True),
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
    sa.Column("body", sa.JSON, nullable=False),
)

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("campaign_id", sa.ForeignKey("campaign.id"), nullable=False, index=True),
    sa.Column("channel_id", sa.ForeignKey("channel.id"), nullable=False),
    sa.Column("post_id", sa.ForeignKey("post.id")),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("wanted_at", Instant, nullable=False),  # what a person asked for
    sa.Column("due_at", Instant, nullable=False),  # when the next try is due
    sa.Column("grace_ms", sa.BigInteger, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("max_attempts", sa.Integer, nullable=False),
    sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("lease_until", Instant),
    sa.Column("claimed_by", sa.Text),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("on_miss", sa.Text, nullable=False, server_default="hold"),
    sa.Column("fingerprint", sa.Text),  # of text and images: what a twin would share
    sa.Column("approved", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("needs_review", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("frozen_at", Instant),  # creation time that every try repeats
    sa.Column("look_at", Instant),  # when the keeper looks at an uncertain one; null: a person
    sa.Column("misses", sa.Integer, nullable=False, server_default="0"),
    sa.Column("reason", sa.Text),
    sa.Column("published_at", Instant),
    sa.Column("receipt", sa.JSON),
    sa.Column("created_at", Instant, nullable=False),
)


def _partial(name: str, states: str, *columns: sa.Column[object]) -> sa.Index:
    where = sa.text(f"state IN ({states})")
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


sa.Index("delivery_out", delivery.c.channel_id, delivery.c.published_at)
_partial("delivery_fair", "'scheduled'", delivery.c.channel_id, delivery.c.due_at)
_partial("delivery_due", "'scheduled'", delivery.c.due_at)
_partial("delivery_lease", "'claimed', 'publishing'", delivery.c.lease_until)
_partial("delivery_look", "'uncertain'", delivery.c.look_at)

step = sa.Table(
    "step",
    metadata,
    sa.Column("delivery_id", sa.ForeignKey("delivery.id"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),  # "part 0", "upload 0.1"
    sa.Column("sent_at", Instant, nullable=False),  # first time that the call went out
    sa.Column("result", sa.JSON),  # null: no definite answer so far
)

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("delivery_id", sa.ForeignKey("delivery.id"), nullable=False, index=True),
    sa.Column("fence", sa.BigInteger, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("outcome", sa.Text),
    sa.Column("detail", sa.Text),
)

event = sa.Table(
    "event",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("delivery_id", sa.ForeignKey("delivery.id"), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("from_state", sa.Text),
    sa.Column("to_state", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

heartbeat = sa.Table(
    "heartbeat",
    metadata,
    sa.Column("role", sa.Text, primary_key=True),
    sa.Column("actor", sa.Text, primary_key=True),
    sa.Column("at", Instant, nullable=False),
)

switch = sa.Table(
    "switch",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("since", Instant, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
