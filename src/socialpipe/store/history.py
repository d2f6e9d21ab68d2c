"""Everything that a workspace holds, row by row, for other programs to read. No secrets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from socialpipe.model import Json
from socialpipe.store.database import Database
from socialpipe.store.schema import (
    attempt,
    audit,
    campaign,
    channel,
    channel_event,
    delivery,
    event,
    evergreen,
    feed,
    feed_channel,
    feed_entry,
    hook,
    media,
    message,
    plan_line,
    post,
    reading,
    recurrence,
    short_link,
    step,
)
from socialpipe.store.within import mine

_TABLES = (
    channel,
    channel_event,
    campaign,
    post,
    recurrence,
    evergreen,
    delivery,
    step,
    attempt,
    event,
    reading,
    short_link,
    feed,
    feed_channel,
    feed_entry,
    plan_line,
    hook,
    message,
    audit,
)
_BATCH = 200  # rows in memory at a time


class History:
    """Reads everything, in one moment of the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self) -> Iterator[Json]:
        """Yield every row as JSON that says its kind; sealed columns are left out."""
        with self._database.read() as connection:
            for table in _TABLES:
                columns = [one for one in table.c if not isinstance(one.type, sa.LargeBinary)]
                query = sa.select(*columns).where(mine(connection, table))
                ordered = query.order_by(*table.primary_key.columns)
                result = connection.execute(ordered.execution_options(yield_per=_BATCH))
                for row in result.mappings():
                    yield {"kind": table.name, **{k: _plain(v) for k, v in row.items()}}

    def images(self) -> Iterator[tuple[str, bytes]]:
        """Yield the images of the workspace's posts by the hash that posts name them with."""
        with self._database.read() as connection:
            bodies = connection.scalars(sa.select(post.c.body).where(mine(connection, post)))
            names = sorted({card["sha256"] for body in bodies for card in body["cards"]})
            for name in names:
                query = sa.select(media.c.data).where(media.c.sha256 == name)
                data = connection.execute(query).scalar_one_or_none()
                if data is not None:  # else retention has removed it
                    yield name, data


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
