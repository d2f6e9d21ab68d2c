"""When it is published: deliveries, and the rules that make them."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.store.schema.columns import Instant, Key, metadata

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
    sa.Column("evergreen_id", sa.ForeignKey("evergreen.id")),
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
    sa.Column("deleted_at", Instant),  # published, and taken down since
    sa.Column("read_at", Instant),  # when its numbers are read back next; null: no more
    sa.Column("checked_at", Instant),  # looked over last; null: not yet, or it has changed
    sa.Column("warnings", sa.JSON(none_as_null=True)),
    sa.Column("created_at", Instant, nullable=False),
    sa.UniqueConstraint("recurrence_id", "occurrence"),  # an occurrence is made once
)


def _partial(name: str, states: str, *columns: sa.Column[object]) -> sa.Index:
    where = sa.text(f"state IN ({states})")
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


_green = sa.text("evergreen_id IS NOT NULL")
sa.Index(
    "delivery_evergreen", delivery.c.evergreen_id, sqlite_where=_green, postgresql_where=_green
)
sa.Index("delivery_out", delivery.c.channel_id, delivery.c.published_at)
# With the id: thousands may be due in the same second, and the first two of them are asked for.
_partial("delivery_fair", "'scheduled'", delivery.c.channel_id, delivery.c.due_at, delivery.c.id)
_partial("delivery_due", "'scheduled'", delivery.c.due_at)
_partial("delivery_lease", "'claimed', 'publishing'", delivery.c.lease_until)
_partial("delivery_open", "'claimed', 'publishing', 'uncertain'", delivery.c.channel_id)
_partial(
    "delivery_twin",
    "'published', 'publishing', 'uncertain'",
    delivery.c.channel_id,
    delivery.c.fingerprint,
)
_partial("delivery_look", "'uncertain'", delivery.c.look_at)
_partial("delivery_check", "'in_review', 'scheduled'", delivery.c.checked_at)
_partial("delivery_review", "'in_review'", delivery.c.due_at)
_partial("delivery_plan", "'draft', 'in_review'", delivery.c.channel_id, delivery.c.due_at)
_warned = sa.text("warnings IS NOT NULL AND state IN ('in_review', 'scheduled')")
sa.Index("delivery_warned", delivery.c.checked_at, sqlite_where=_warned, postgresql_where=_warned)
_read = sa.text("read_at IS NOT NULL")
sa.Index("delivery_read", delivery.c.read_at, sqlite_where=_read, postgresql_where=_read)
_waits = sa.text(
    "expires_at IS NOT NULL AND state IN ('draft', 'in_review', 'approved', 'scheduled')"
)
sa.Index("delivery_expiry", delivery.c.expires_at, sqlite_where=_waits, postgresql_where=_waits)
