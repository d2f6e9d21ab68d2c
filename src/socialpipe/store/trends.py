"""The last day hour by hour: what went out, what went out late, what became uncertain."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from socialpipe.model import State
from socialpipe.store.database import Database
from socialpipe.store.schema import delivery, event
from socialpipe.store.within import mine

HOURS = 24
_MOST = 100_000  # events that are looked through: a busy installation shows less than a day


def _none() -> list[int]:
    return [0] * HOURS


@dataclass(frozen=True, slots=True)
class Trend:
    """Counts by hour, the latest hour last."""

    published: list[int] = field(default_factory=_none)
    late: list[int] = field(default_factory=_none)
    uncertain: list[int] = field(default_factory=_none)


class Trends:
    """Reads the trend of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def day(self, late_after: timedelta) -> Trend:
        """Count what happened in the last 24 hours."""
        now, found = self._database.now(), Trend()
        begin = now - timedelta(hours=HOURS)
        newest = sa.select(sa.func.max(event.c.id)).scalar_subquery()
        query = (
            sa.select(event.c.at, event.c.to_state, delivery.c.wanted_at)
            .join(delivery, event.c.delivery_id == delivery.c.id)
            .where(
                event.c.id > newest - _MOST,
                event.c.at > begin,
                event.c.to_state.in_((State.PUBLISHED, State.UNCERTAIN)),
                event.c.from_state.is_distinct_from(event.c.to_state),
            )
        )
        with self._database.read() as connection:
            for row in connection.execute(query.where(mine(connection, delivery))):
                _count(
                    found, row.to_state, _hour(row.at, begin), row.at - row.wanted_at, late_after
                )
        return found


def _hour(at: datetime, begin: datetime) -> int:
    return min(HOURS - 1, (at - begin) // timedelta(hours=1))


def _count(found: Trend, state: str, hour: int, late: timedelta, late_after: timedelta) -> None:
    if state == State.UNCERTAIN:
        found.uncertain[hour] += 1
        return
    found.published[hour] += 1
    found.late[hour] += late > late_after
