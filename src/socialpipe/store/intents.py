"""Intents to publish: who may go out is decided, and written down, before anything is sent.

Several at a time, for the statements of one cost as much as those of twenty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from socialpipe.model import State
from socialpipe.store import gates, reading
from socialpipe.store.gates import Rules, Stop
from socialpipe.store.job import Job, Step
from socialpipe.store.precedents import look_up
from socialpipe.store.reading import Found
from socialpipe.store.schema import attempt
from socialpipe.store.states import Change, move, move_all


class Terms(NamedTuple):
    """By whom, when, for how long and by which rules deliveries are begun."""

    actor: str
    now: datetime
    lease: timedelta
    rules: Rules

    def at(self, found: Found) -> datetime:
        """When it goes out: what is begun a little ahead waits for its time."""
        return max(self.now, found.delivery.due_at)


def intend(connection: sa.Connection, work: Collection[tuple[int, int]], terms: Terms) -> list[Job]:
    """Begin those deliveries, pairs of id and fence, that are not stale and that nothing stops."""
    found = [
        one
        for one in reading.find_all(connection, [key for key, _ in work], lock=True)
        if (one.delivery.id, one.delivery.fence) in work and one.delivery.state is State.CLAIMED
    ]
    return [job for turn in _turns(found) for job in _begin(connection, turn, terms)]


def _turns(found: Iterable[Found]) -> list[list[Found]]:
    """Part deliveries so that each channel comes once in a turn: the next one sees the last."""
    turns: list[list[Found]] = []
    seen: Counter[int] = Counter()
    for one in found:
        if seen[one.channel.id] == len(turns):
            turns.append([])
        turns[seen[one.channel.id]].append(one)
        seen[one.channel.id] += 1
    return turns


def _begin(connection: sa.Connection, turn: Sequence[Found], terms: Terms) -> list[Job]:
    before = look_up(connection, turn, terms.now)
    free: dict[_Intent, list[Found]] = {}
    for one in turn:
        if stop := gates.ask(connection, one, terms.at(one), terms.rules, before):
            _hold(connection, one, stop, terms)
        else:
            free.setdefault(_Intent.of(one, terms), []).append(one)
    begun = (_commit(connection, intent, alike, terms) for intent, alike in free.items())
    return [job for jobs in begun for job in jobs]


def _hold(connection: sa.Connection, one: Found, stop: Stop, terms: Terms) -> None:
    values = {"reason": stop.reason, "lease_until": None, **stop.values}
    change = Change(terms.now, terms.actor, stop.reason, one.delivery.fence, values)
    move(connection, one.delivery.id, State.CLAIMED, stop.state, change)


class _Intent(NamedTuple):
    """What deliveries that are written down together have in common."""

    fence: int
    attempt: int
    most: int
    at: datetime
    frozen_at: datetime

    @classmethod
    def of(cls, found: Found, terms: Terms) -> _Intent:
        one, at = found.delivery, terms.at(found)
        return cls(one.fence, one.attempt + 1, one.max_attempts, at, one.frozen_at or at)


def _commit(
    connection: sa.Connection, intent: _Intent, alike: Sequence[Found], terms: Terms
) -> list[Job]:
    values: dict[str, Any] = {
        "attempt": intent.attempt,
        "lease_until": intent.at + terms.lease,
        "frozen_at": intent.frozen_at,
        "reason": None,
    }
    text = f"attempt {intent.attempt} of {intent.most}"
    change = Change(
        terms.now, terms.actor, text, intent.fence, {**values, "claimed_by": terms.actor}
    )
    ids = [one.delivery.id for one in alike]
    won = {row.id for row in move_all(connection, ids, State.CLAIMED, State.PUBLISHING, change)}
    mine = [one for one in alike if one.delivery.id in won]
    if mine:
        tried = {"fence": intent.fence, "started_at": intent.at}
        rows = [{"delivery_id": one.delivery.id, **tried} for one in mine]
        connection.execute(_ATTEMPT, rows)
    for one in mine:
        gates.pace(connection, one, intent.at, terms.rules)
    state = {"state": State.PUBLISHING, **values}
    return [
        reading.to_job(
            connection,
            replace(one, delivery=replace(one.delivery, **state)),
            intent.frozen_at,
            terms.actor,
            _known(connection, one),
        )
        for one in mine
    ]


def _known(connection: sa.Connection, found: Found) -> dict[str, Step]:
    """Read what is known of its calls; what was never tried has none."""
    if found.delivery.frozen_at is None:
        return {}
    return reading.steps(connection, found.delivery.id)


_ATTEMPT = sa.insert(attempt)
