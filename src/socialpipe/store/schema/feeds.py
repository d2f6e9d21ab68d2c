"""Feeds that are watched, and every entry that was ever seen in them."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.store.schema.columns import Instant, Key, metadata
from socialpipe.store.schema.workspaces import in_workspace

feed = sa.Table(
    "feed",
    metadata,
    sa.Column("id", Key, primary_key=True),
    in_workspace(),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("options", sa.JSON, nullable=False),  # how its articles are composed
    sa.Column("at_once", sa.Boolean, nullable=False),  # else each channel's next free slot
    sa.Column("needs_review", sa.Boolean, nullable=False),
    sa.Column("interval_ms", sa.BigInteger, nullable=False),
    sa.Column("etag", sa.Text),
    sa.Column("modified", sa.Text),  # Last-Modified, as the server wrote it
    sa.Column("due_at", Instant, nullable=False),  # the next look
    sa.Column("looked_at", Instant),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),  # in a row
    sa.Column("problem", sa.Text),
    sa.Column("stopped_at", Instant),
    sa.Column("created_at", Instant, nullable=False),
)
_watched = sa.text("stopped_at IS NULL")
sa.Index("feed_due", feed.c.due_at, sqlite_where=_watched, postgresql_where=_watched)

feed_channel = sa.Table(
    "feed_channel",
    metadata,
    sa.Column("feed_id", sa.ForeignKey("feed.id"), primary_key=True),
    sa.Column("channel_id", sa.ForeignKey("channel.id"), primary_key=True),
)

feed_entry = sa.Table(
    "feed_entry",
    metadata,
    sa.Column("feed_id", sa.ForeignKey("feed.id"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),  # the entry's id, hashed
    sa.Column("page", sa.Text),  # its address, hashed: an entry that got a new id is no new one
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("url", sa.Text),
    sa.Column(
        "article", sa.JSON(none_as_null=True)
    ),  # what the feed held of it, until it is queued
    sa.Column("state", sa.Text, nullable=False),  # old, waiting, queued, given up
    sa.Column("rank", sa.Integer, nullable=False),  # among those seen at once, the oldest first
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("campaign_id", sa.ForeignKey("campaign.id"), index=True),
    sa.Column("reason", sa.Text),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Index("feed_entry_page", "feed_id", "page"),
)
_waits = sa.text("state = 'waiting'")
sa.Index("feed_entry_due", feed_entry.c.due_at, sqlite_where=_waits, postgresql_where=_waits)
