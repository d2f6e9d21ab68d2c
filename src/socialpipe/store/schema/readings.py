"""The numbers of published deliveries, as they were read back. Null: the network does not tell."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.store.schema.columns import Instant, metadata

reading = sa.Table(
    "reading",
    metadata,
    sa.Column("delivery_id", sa.ForeignKey("delivery.id"), primary_key=True),
    sa.Column("at", Instant, primary_key=True),
    sa.Column("views", sa.BigInteger),
    sa.Column("likes", sa.BigInteger),
    sa.Column("reposts", sa.BigInteger),
    sa.Column("quotes", sa.BigInteger),
    sa.Column("replies", sa.BigInteger),
    sa.Column("saves", sa.BigInteger),
    sa.Column("clicks", sa.BigInteger),
    sa.Column("link", sa.Text),  # code of the short link in the post, if it has one …
    sa.Column("link_clicks", sa.BigInteger),  # … and those of its clicks that are this post's
    sa.Index("reading_at", "at"),
    sa.Index("reading_link", "link"),
)
