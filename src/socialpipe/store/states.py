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
from sqlalchemy.dialects.postgresql import ARRAY

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
    shape = frozenset(plain), tuple(computed.items())
    query = _query(*shape, fenced=change.fence is not None, arrays=has_arrays(connection))
    given = {f"new_{name}": value for name, value in plain.items()}
    where = {"ids": ids, "before": before, "after": after, "held": change.fence}
    rows = [Moved(row.id, row.fence) for row in connection.execute(query, {**given, **where})]
    _note_alike(connection, [row.id for row in rows], before, after, change)
    if rows and after is State.SCHEDULED:
        announce(connection)
    return rows


def move_each(
    connection: sa.Connection, changes: Mapping[int, Change], before: State, after: State
) -> bool:
    """Move deliveries, each by its own change, all of the same columns and with a fence.

    False: not all of them were there; whoever asked must undo what was done.
    """
    if after not in ALLOWED[before]:
        raise ValueError(f"no transition {before} → {after}")
    names = frozenset(next(iter(changes.values())).values)
    moved = connection.execute(
        _each_query(names),
        [
            {
                "one": key,
                "held": change.fence,
                "before": before,
                "after": after,
                **{f"new_{name}": value for name, value in change.values.items()},
            }
            for key, change in changes.items()
        ],
    )
    if moved.rowcount != len(changes):
        return False
    _note_all(connection, changes, before, after)
    return True


# Claimed, or out of our hands for the moment.
IN_HAND = (State.CLAIMED, State.PUBLISHING, State.UNCERTAIN)


def in_states(*states: State) -> sa.ColumnElement[bool]:
    """Ask for states, written out, not bound: only so can SQLite tell that a partial index serves.

    The index must name the same states in the same order.
    """
    return delivery.c.state.in_([sa.literal_column(f"'{state}'") for state in states])


def _is_sql(value: object) -> bool:
    return isinstance(value, sa.ColumnElement)


def array_of_keys(name: str) -> sa.BindParameter[Sequence[int]]:
    """Bind many keys as one value; a list would be another statement at each length."""
    return sa.bindparam(name, type_=ARRAY(sa.BigInteger))


def has_arrays(connection: sa.Connection) -> bool:
    """Return whether the database takes an array of keys: PostgreSQL."""
    return connection.dialect.name == "postgresql"


def is_among(key: sa.Column[int], *, arrays: bool) -> sa.ColumnElement[bool]:
    """Ask for rows whose key is one of those bound as `ids`."""
    if arrays:
        return key == sa.any_(array_of_keys("ids"))
    return key.in_(sa.bindparam("ids", expanding=True))


@lru_cache(maxsize=256)
def _query(
    plain: frozenset[str], computed: tuple[tuple[str, Any], ...], *, fenced: bool, arrays: bool
) -> sa.sql.dml.ReturningUpdate[tuple[int, int]]:
    """Build the compare-and-set once for each set of columns: building costs more than running."""
    values = {**{name: sa.bindparam(f"new_{name}") for name in plain}, **dict(computed)}
    query = sa.update(delivery).where(
        is_among(delivery.c.id, arrays=arrays), delivery.c.state == sa.bindparam("before")
    )
    if fenced:
        query = query.where(delivery.c.fence == sa.bindparam("held"))
    query = query.values(state=sa.bindparam("after"), **values)
    return query.returning(delivery.c.id, delivery.c.fence)


@lru_cache(maxsize=64)
def _each_query(names: frozenset[str]) -> sa.Update:
    values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in names}
    return (
        sa.update(delivery)
        .where(
            delivery.c.id == sa.bindparam("one"),
            delivery.c.state == sa.bindparam("before"),
            delivery.c.fence == sa.bindparam("held"),
        )
        .values(state=sa.bindparam("after"), **values)
    )


def note(
    connection: sa.Connection, delivery_id: int, before: State | None, after: State, change: Change
) -> None:
    """Append an event, and tell it to the hooks; the engine never changes or removes one."""
    _note_all(connection, {delivery_id: change}, before, after)


def _note_alike(
    connection: sa.Connection,
    ids: Sequence[int],
    before: State,
    after: State,
    change: Change,
) -> None:
    """Append the same event to several deliveries, by one statement."""
    if not ids:
        return
    same = {"at": change.at, "from_state": before, "to_state": after}
    said = {"actor": change.actor, "text": change.text}
    events = _events(arrays=has_arrays(connection))
    connection.execute(events, {"ids": ids, **same, **said})
    _tell_all(connection, dict.fromkeys(ids, change), before, after)


def _note_all(
    connection: sa.Connection,
    changes: Mapping[int, Change],
    before: State | None,
    after: State,
) -> None:
    if not changes:
        return
    same = {"from_state": before, "to_state": after}
    rows = [
        {"delivery_id": key, "at": one.at, "actor": one.actor, "text": one.text, **same}
        for key, one in changes.items()
    ]
    connection.execute(_EVENT, rows)
    _tell_all(connection, changes, before, after)


def _tell_all(
    connection: sa.Connection, changes: Mapping[int, Change], before: State | None, after: State
) -> None:
    usual = topic_of(before, after)
    told = {key: topic for key, one in changes.items() if (topic := one.topic or usual)}
    if told and outbox.anybody_listens(connection):
        for key, topic in told.items():
            outbox.tell(connection, key, topic, changes[key].at, changes[key].text)


_EVENT = sa.insert(event)


@lru_cache(maxsize=2)
def _events(*, arrays: bool) -> sa.Insert:
    """Append one event to each of the deliveries `ids`."""
    columns = [event.c[name] for name in ("at", "from_state", "to_state", "actor", "text")]
    said = [sa.bindparam(column.name, type_=column.type) for column in columns]
    if arrays:
        rows = sa.select(sa.func.unnest(array_of_keys("ids")), *said)
    else:
        rows = sa.select(delivery.c.id, *said).where(is_among(delivery.c.id, arrays=False))
    return sa.insert(event).from_select(["delivery_id", *(one.name for one in columns)], rows)
