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
    sa.Column("checked_at", Instant),  # when its credential was tried last …
    sa.Column("problem", sa.Text),  # … and what the network said against it
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
    sa.Column("variant", sa.Integer),  # null: edited, for one delivery only
    sa.Column("body", sa.JSON, nullable=False),
)

recurrence = sa.Table(
    "recurrence",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("campaign_id", sa.ForeignKey("campaign.id"), nullable=False, index=True),
    sa.Column("channel_id", sa.ForeignKey("channel.id"), nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("start", sa.Text, nullable=False),  # naive wall time, ISO 8601
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("until", sa.Text),  # naive wall time
    sa.Column("needs_review", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("expanded_until", Instant, nullable=False),
    sa.Column("stopped_at", Instant),
    sa.Column("created_at", Instant, nullable=False),
)

evergreen = sa.Table(
    "evergreen",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("campaign_id", sa.ForeignKey("campaign.id"), nullable=False, index=True),
    sa.Column("channel_id", sa.ForeignKey("channel.id"), nullable=False),
    sa.Column("cooldown_ms", sa.BigInteger, nullable=False),
    sa.Column("most", sa.Integer, nullable=False),  # times that it goes out at all
    sa.Column("needs_review", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("stopped_at", Instant),
    sa.Column("created_at", Instant, nullable=False),
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
    sa.Column("local_due", sa.Text),  # naive wall time that wanted_at came from, if it did …
    sa.Column("tz", sa.Text),  # … and its zone: the promise; wanted_at follows
    sa.Column("in_slot", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("not_before", Instant),  # embargo
    sa.Column("expires_at", Instant),
    sa.Column("recurrence_id", sa.ForeignKey("recurrence.id")),
    sa.Column("occurrence", sa.Text),  # the rule's naive wall time, wherever it was moved to
    sa.Column("evergreen_id", sa.ForeignKey("evergreen.id"), index=True),
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
    sa.Column("checked_at", Instant),  # looked over last; null: not yet, or it has changed
    sa.Column("warnings", sa.JSON(none_as_null=True)),
    sa.Column("created_at", Instant, nullable=False),
    sa.UniqueConstraint("recurrence_id", "occurrence"),  # an occurrence is made once
)


def _partial(name: str, states: str, *columns: sa.Column[object]) -> sa.Index:
    where = sa.text(f"state IN ({states})")
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


sa.Index("delivery_out", delivery.c.channel_id, delivery.c.published_at)
_partial("delivery_fair", "'scheduled'", delivery.c.channel_id, delivery.c.due_at)
_partial("delivery_due", "'scheduled'", delivery.c.due_at)
_partial("delivery_lease", "'claimed', 'publishing'", delivery.c.lease_until)
_partial("delivery_look", "'uncertain'", delivery.c.look_at)
_partial("delivery_check", "'in_review', 'scheduled'", delivery.c.checked_at)
_partial("delivery_review", "'in_review'", delivery.c.due_at)
_partial("delivery_plan", "'draft', 'in_review'", delivery.c.channel_id, delivery.c.due_at)
_warned = sa.text("warnings IS NOT NULL AND state IN ('in_review', 'scheduled')")
sa.Index("delivery_warned", delivery.c.checked_at, sqlite_where=_warned, postgresql_where=_warned)
_waits = sa.text(
    "expires_at IS NOT NULL AND state IN ('draft', 'in_review', 'approved', 'scheduled')"
)
sa.Index("delivery_expiry", delivery.c.expires_at, sqlite_where=_waits, postgresql_where=_waits)

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

hook = sa.Table(
    "hook",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("failing_since", Instant),
    sa.Column("disabled_at", Instant),
    sa.Column("note", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
)

message = sa.Table(
    "message",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("hook_id", sa.ForeignKey("hook.id"), nullable=False),
    sa.Column("delivery_id", sa.BigInteger, nullable=False),  # outlives it
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False, unique=True),  # what the receiver tells repeats by
    sa.Column("body", sa.Text, nullable=False),  # exactly what is sent and signed, at every try
    sa.Column("state", sa.Text, nullable=False),  # waiting, accepted, given up
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("since", Instant, nullable=False),  # when this effort began: anew at a replay
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
)
_WAITING = sa.text("state = 'waiting'")
sa.Index(
    "message_order",
    message.c.hook_id,
    message.c.delivery_id,
    message.c.id,
    sqlite_where=_WAITING,
    postgresql_where=_WAITING,
)
_FINISHED = sa.text("state IN ('accepted', 'given up')")
sa.Index("message_finished", message.c.since, sqlite_where=_FINISHED, postgresql_where=_FINISHED)
sa.Index("message_due", message.c.due_at, sqlite_where=_WAITING, postgresql_where=_WAITING)
