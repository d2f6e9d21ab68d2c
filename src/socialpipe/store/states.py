"""The state machine: which transitions there are, and the one function that makes them.

draft → in_review → approved → scheduled ⇄ claimed → publishing → published
                                   ▲                     ├→ scheduled
                                   └── absence proven ── uncertain → published | failed

What waits, failed or was missed becomes `published` when a person says that it is live already.
What was cancelled goes back to where it was when a person takes the cancellation back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from socialpipe.model import State
from socialpipe.schedule.topics import Topic, topic_of
from socialpipe.store import outbox
from socialpipe.store.changes import announce
from socialpipe.store.schema import delivery, event

ALLOWED: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset(
        {
            State.DRAFT,
            State.IN_REVIEW,
            State.SCHEDULED,
            State.FAILED,
            State.CANCELLED,
            State.MISSED,
        }
    ),
    State.IN_REVIEW: frozenset(
        {State.APPROVED, State.IN_REVIEW, State.CANCELLED, State.MISSED, State.PUBLISHED}
    ),
    State.APPROVED: frozenset(
        {
            State.SCHEDULED,
            State.APPROVED,
            State.IN_REVIEW,
            State.CANCELLED,
            State.MISSED,
            State.PUBLISHED,
        }
    ),
    State.SCHEDULED: frozenset(
        {
            State.CLAIMED,
            State.IN_REVIEW,
            State.CANCELLED,
            State.MISSED,
            State.SCHEDULED,
            State.PUBLISHED,
        }
    ),
    State.CLAIMED: frozenset(
        {State.PUBLISHING, State.SCHEDULED, State.IN_REVIEW, State.CANCELLED, State.MISSED}
    ),
    State.PUBLISHING: frozenset({State.PUBLISHED, State.SCHEDULED, State.UNCERTAIN, State.FAILED}),
    State.UNCERTAIN: frozenset({State.PUBLISHED, State.SCHEDULED, State.FAILED, State.UNCERTAIN}),
    State.FAILED: frozenset({State.SCHEDULED, State.CANCELLED, State.PUBLISHED}),
    State.MISSED: frozenset({State.SCHEDULED, State.CANCELLED, State.PUBLISHED}),
    State.CANCELLED: frozenset({State.IN_REVIEW, State.SCHEDULED, State.FAILED, State.MISSED}),
    State.PUBLISHED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Change:
    """When, by whom and why a delivery moves, and which columns change with it.

    With `fence`, the row must still carry that fence. With `topic`, hooks hear of it under that
    name, else under the name of the new state, if it has one.
    """

    at: datetime
    actor: str
    text: str
    fence: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    topic: Topic | None = None


class Moved(NamedTuple):
    """A delivery that was moved, and the fence that it carries now."""

    id: int
    fence: int


def move(
    connection: sa.Connection, delivery_id: int, before: State, after: State, change: Change
) -> bool:
    """Move one delivery by compare-and-set, and append the event; False: it was not there."""
    return bool(move_all(connection, [delivery_id], before, after, change))


def move_all(
    connection: sa.Connection, ids: Sequence[int], before: State, after: State, change: Change
) -> list[Moved]:
    """Move those of the deliveries that are still in `before`; one event each.

    Raises ValueError for a transition that the state machine does not have.
    """
    if after not in ALLOWED[before]:
        raise ValueError(f"no transition {before} → {after}")
    plain = {name: value for name, value in change.values.items() if not _is_sql(value)}
    computed = {name: value for name, value in change.values.items() if _is_sql(value)}
    query = _query(frozenset(plain), tuple(computed.items()), fenced=change.fence is not None)
    given = {f"new_{name}": value for name, value in plain.items()}
    where = {"ids": ids, "before": before, "after": after, "held": change.fence}
    rows = [Moved(row.id, row.fence) for row in connection.execute(query, {**given, **where})]
    _note_all(connection, [row.id for row in rows], before, after, change)
    if rows and after is State.SCHEDULED:
        announce(connection)
    return rows


# Claimed, or out of our hands for the moment.
IN_HAND = (State.CLAIMED, State.PUBLISHING, State.UNCERTAIN)


def in_states(*states: State) -> sa.ColumnElement[bool]:
    """Ask for states, written out, not bound: only so can SQLite tell that a partial index serves.

    The index must name the same states in the same order.
    """
    return delivery.c.state.in_([sa.literal_column(f"'{state}'") for state in states])


def _is_sql(value: object) -> bool:
    return isinstance(value, sa.ColumnElement)


@lru_cache(maxsize=256)
def _query(
    plain: frozenset[str], computed: tuple[tuple[str, Any], ...], *, fenced: bool
) -> sa.sql.dml.ReturningUpdate[tuple[int, int]]:
    """Build the compare-and-set once for each set of columns: building costs more than running."""
    values = {**{name: sa.bindparam(f"new_{name}") for name in plain}, **dict(computed)}
    query = sa.update(delivery).where(
        delivery.c.id.in_(sa.bindparam("ids", expanding=True)),
        delivery.c.state == sa.bindparam("before"),
    )
    if fenced:
        query = query.where(delivery.c.fence == sa.bindparam("held"))
    query = query.values(state=sa.bindparam("after"), **values)
    return query.returning(delivery.c.id, delivery.c.fence)


def note(
    connection: sa.Connection, delivery_id: int, before: State | None, after: State, change: Change
) -> None:
    """Append an event, and tell it to the hooks; the engine never changes or removes one."""
    _note_all(connection, [delivery_id], before, after, change)


def _note_all(
    connection: sa.Connection,
    ids: Sequence[int],
    before: State | None,
    after: State,
    change: Change,
) -> None:
    if not ids:
        return
    same = {"at": change.at, "from_state": before, "to_state": after}
    said = {"actor": change.actor, "text": change.text}
    connection.execute(_EVENT, [{"delivery_id": key, **same, **said} for key in ids])
    if topic := change.topic or topic_of(before, after):
        for key in ids:
            outbox.tell(connection, key, topic, change.at, change.text)


_EVENT = sa.insert(event)
