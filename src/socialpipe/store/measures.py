"""What the metrics count, read from the tables whenever somebody asks.

Nothing is counted in a process: a restart forgets nothing, and every process says the same.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from socialpipe.model import State
from socialpipe.store.database import Database
from socialpipe.store.heartbeats import ROLES
from socialpipe.store.schema import attempt, campaign, channel, delivery, heartbeat
from socialpipe.store.states import in_states
from socialpipe.store.switches import is_frozen

# Seconds after the wanted time. Two is where a reader of a scheduled post begins to notice; a
# minute is a cron; six hours is the usual grace.
LATENESS_BOUNDS = (0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 21_600)
_SHARE = 0.02  # of the time may go into counting: with a million deliveries a count takes seconds


@dataclass(slots=True)
class Histogram:
    """How many fell into each bucket (not cumulated; the last has no bound), and their sum, s."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(LATENESS_BOUNDS) + 1))
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Totals:
    """What takes a walk over whole tables to count."""

    deliveries: Mapping[State, int]
    lateness: Mapping[str, Histogram]  # by platform
    attempts: Mapping[tuple[str, str], int]  # by platform and outcome


@dataclass(frozen=True, slots=True)
class Measurement:
    """Everything at one moment. Ages are seconds; 0 when there is nothing to have an age."""

    totals: Totals
    due_not_claimed: float
    uncertain_age: float
    uncertain_for_person: int
    channels: Mapping[tuple[str, bool], int]  # by platform and whether paused
    heartbeats: Mapping[str, float]  # age of the freshest, by role
    queues: Mapping[str, int]  # handed out, not begun; by queue
    frozen: bool


class Measures:
    """Takes measurements; safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._totals: Totals | None = None
        self._totals_until = 0.0  # by time.monotonic

    def take(self) -> Measurement:
        """Measure everything; totals that took long to count are kept for a while.

        Raises TryAgain when the database cannot be reached.
        """
        now = self._database.now()
        totals = self._counted()
        with self._database.read() as connection:
            return Measurement(
                totals=totals,
                due_not_claimed=_age(connection.execute(_OLDEST_DUE).scalar_one(), now),
                uncertain_age=_age(connection.execute(_OLDEST_UNCERTAIN).scalar_one(), now),
                uncertain_for_person=connection.execute(_FOR_PERSON).scalar_one(),
                channels=_channels(connection),
                heartbeats=_heartbeats(connection, now),
                queues={
                    "publish": connection.execute(_TO_PUBLISH).scalar_one(),
                    "prepare": connection.execute(_TO_PREPARE).scalar_one(),
                },
                frozen=is_frozen(connection) is not None,
            )

    def _counted(self) -> Totals:
        with self._lock:
            began = time.monotonic()
            if self._totals is None or began >= self._totals_until:
                self._totals = self._count()
                took = time.monotonic() - began
                self._totals_until = began + took / _SHARE
            return self._totals

    def _count(self) -> Totals:
        with self._database.read() as connection:
            platforms = _platforms(connection)
            return Totals(
                deliveries=_states(connection),
                lateness=_lateness(connection, platforms),
                attempts=_attempts(connection, platforms),
            )


_OLDEST_DUE = (
    sa.select(sa.func.min(delivery.c.due_at))
    .join(channel, delivery.c.channel_id == channel.c.id)
    .where(delivery.c.state == State.SCHEDULED, ~channel.c.paused)
)
_OLDEST_UNCERTAIN = sa.select(sa.func.min(attempt.c.started_at)).where(
    attempt.c.id.in_(
        sa.select(sa.func.max(attempt.c.id))
        .join(delivery, attempt.c.delivery_id == delivery.c.id)
        .where(delivery.c.state == State.UNCERTAIN)
        .group_by(attempt.c.delivery_id)
    )
)
_FOR_PERSON = sa.select(sa.func.count()).where(
    delivery.c.state == State.UNCERTAIN, delivery.c.look_at.is_(None)
)
_TO_PUBLISH = sa.select(sa.func.count()).where(
    in_states(State.CLAIMED, State.PUBLISHING), delivery.c.state == State.CLAIMED
)
_TO_PREPARE = sa.select(sa.func.count()).where(campaign.c.state.in_(("new", "claimed")))


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _platforms(connection: sa.Connection) -> dict[int, str]:
    rows = connection.execute(sa.select(channel.c.id, channel.c.platform))
    return {row.id: row.platform for row in rows}


def _states(connection: sa.Connection) -> dict[State, int]:
    query = sa.select(delivery.c.state, sa.func.count()).group_by(delivery.c.state)
    found = {State(state): count for state, count in connection.execute(query)}
    return {state: found.get(state, 0) for state in State}


def _lateness(connection: sa.Connection, platforms: Mapping[int, str]) -> dict[str, Histogram]:
    late = _milliseconds(delivery.c.published_at) - _milliseconds(delivery.c.wanted_at)
    bounds = [(late <= int(bound * 1000), place) for place, bound in enumerate(LATENESS_BOUNDS)]
    bucket = sa.case(*bounds, else_=len(LATENESS_BOUNDS)).label("bucket")
    query = (
        sa.select(delivery.c.channel_id, bucket, sa.func.count(), sa.func.sum(late))
        .where(delivery.c.published_at.is_not(None))
        .group_by(delivery.c.channel_id, bucket)
    )
    found: dict[str, Histogram] = defaultdict(Histogram)
    for channel_id, place, count, total in connection.execute(query):
        histogram = found[platforms[channel_id]]
        histogram.buckets[place] += count
        histogram.total += float(total) / 1000
    return dict(found)


def _milliseconds(column: sa.Column[Any]) -> sa.ColumnElement[int]:
    return sa.type_coerce(column, sa.BigInteger)


def _attempts(
    connection: sa.Connection, platforms: Mapping[int, str]
) -> dict[tuple[str, str], int]:
    query = (
        sa.select(delivery.c.channel_id, attempt.c.outcome, sa.func.count())
        .join(delivery, attempt.c.delivery_id == delivery.c.id)
        .where(attempt.c.outcome.is_not(None))
        .group_by(delivery.c.channel_id, attempt.c.outcome)
    )
    found: dict[tuple[str, str], int] = defaultdict(int)
    for channel_id, outcome, count in connection.execute(query):
        found[platforms[channel_id], outcome] += count
    return dict(found)


def _channels(connection: sa.Connection) -> dict[tuple[str, bool], int]:
    query = sa.select(channel.c.platform, channel.c.paused, sa.func.count())
    rows = connection.execute(query.group_by(channel.c.platform, channel.c.paused))
    return {(platform, paused): count for platform, paused, count in rows}


def _heartbeats(connection: sa.Connection, now: datetime) -> dict[str, float]:
    newest = sa.func.max(heartbeat.c.at, type_=heartbeat.c.at.type)
    query = sa.select(heartbeat.c.role, newest).where(heartbeat.c.role.in_(ROLES))
    rows = connection.execute(query.group_by(heartbeat.c.role))
    return {role: _age(at, now) for role, at in rows}
