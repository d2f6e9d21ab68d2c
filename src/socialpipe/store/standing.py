"""Standing orders: rules and evergreen posts, which make deliveries until somebody stops them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from socialpipe.errors import NotFound, Refused
from socialpipe.model import Article, Channel, Json
from socialpipe.store.database import Database
from socialpipe.store.deliveries import cancel_waiting
from socialpipe.store.intake import new_campaign
from socialpipe.store.schema import channel
from socialpipe.store.states import Change
from socialpipe.store.within import mine, own


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of standing order: what people call it, and where it is kept."""

    name: str
    table: sa.Table
    made: sa.Column[int]  # of a delivery: the order that made it
    listed_by: str


def begin(
    database: Database,
    kind: Kind,
    article: Article,
    channels: Sequence[Channel],
    *,
    options: Json,
    terms: dict[str, Any],
) -> list[int]:
    """Store an order with its terms for each channel, of one campaign; return their ids."""
    now = database.now()
    with database.write() as connection:
        own(connection, channel, *(one.id for one in channels))
        whose = {
            "campaign_id": new_campaign(connection, article, options, now),
            "created_at": now,
        }
        query = sa.insert(kind.table).returning(kind.table.c.id)
        rows = [{**terms, **whose, "channel_id": one.id} for one in channels]
        return [connection.execute(query.values(one)).scalar_one() for one in rows]


def stop(database: Database, kind: Kind, key: int, actor: str) -> int:
    """End an order and cancel what of it waits; return how many.

    Raises NotFound, or Refused when it is stopped already.
    """
    now = database.now()
    table, this = kind.table, kind.table.c.id == key
    with database.write() as connection:
        query = sa.select(table.c.stopped_at).where(this, mine(connection, table))
        row = connection.execute(query.with_for_update()).one_or_none()
        if row is None:
            raise NotFound(f"There is no {kind.name} {key}.", f"List them: {kind.listed_by}")
        if row.stopped_at is not None:
            raise Refused(f"{kind.name.capitalize()} {key} is stopped already.")
        connection.execute(sa.update(table).where(this).values(stopped_at=now))
        change = Change(now, actor, f"{kind.name} {key} was stopped")
        return cancel_waiting(connection, kind.made == key, change)
