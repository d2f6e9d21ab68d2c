"""What the preflight looks at, and what it found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from socialpipe.model import Delivery
from socialpipe.schedule.preflight import LEADS, RECHECK, is_due, last_night
from socialpipe.schedule.topics import Topic
from socialpipe.store.database import Database
from socialpipe.store.rows import DELIVERIES, to_delivery
from socialpipe.store.schema import channel, delivery, media, post
from socialpipe.store.states import Change, note

_MOST = 20_000  # rows of a day; a plan beyond that exceeds every limit anyway


@dataclass(frozen=True, slots=True)
class Image:
    """An image as the limits see it; `size` in bytes, None: it is lost."""

    size: int | None
    mime: str
    alt: str


@dataclass(frozen=True, slots=True)
class Case:
    """A waiting delivery that is to be looked over, and what it would send."""

    delivery: Delivery
    post_id: int | None
    texts: tuple[str, ...]
    images: tuple[Image, ...]


@dataclass(frozen=True, slots=True)
class Credential:
    """What was found out last about a channel's credential."""

    checked_at: datetime | None
    problem: str | None


class Checks:
    """Hands out deliveries to look over, and keeps the findings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, limit: int) -> list[Case]:
        """Return deliveries that are to be looked over now, those never seen first."""
        now = self._database.now()
        with self._database.read() as connection:
            rows: dict[int, sa.RowMapping] = {}
            for condition in _conditions(now):
                if len(rows) < limit:
                    query = _QUERY.where(*condition).limit(limit - len(rows))
                    rows |= {row["id"]: row for row in connection.execute(query).mappings()}
            sizes = _sizes(connection, rows.values())
        return [_to_case(row, sizes) for row in rows.values() if _is_due(row, now)]

    def credential(self, channel_id: int) -> Credential:
        """Return what was found out last about the channel's credential."""
        query = sa.select(channel.c.checked_at, channel.c.problem)
        with self._database.read() as connection:
            row = connection.execute(query.where(channel.c.id == channel_id)).one()
        return Credential(row.checked_at, row.problem)

    def keep_credential(self, channel_id: int, problem: str | None) -> None:
        """Remember what a try of the credential gave."""
        values = {"checked_at": self._database.now(), "problem": problem}
        with self._database.write() as connection:
            connection.execute(sa.update(channel).where(channel.c.id == channel_id).values(values))

    def plan(self, channel_id: int, start: datetime, end: datetime) -> list[datetime]:
        """Return when the channel's deliveries within [start, end) are due, or went out."""
        due, mine = delivery.c.due_at, delivery.c.channel_id == channel_id
        out = delivery.c.published_at
        queries = [
            sa.select(due).where(mine, _in("scheduled"), due >= start, due < end),
            sa.select(due).where(mine, _in("draft", "in_review"), due >= start, due < end),
            sa.select(out).where(mine, out >= start, out < end),
        ]
        with self._database.read() as connection:
            return [at for query in queries for at in connection.scalars(query.limit(_MOST))]

    def keep(self, findings: Sequence[tuple[Case, tuple[str, ...]]]) -> None:
        """Keep the warnings of each case, unless it has changed since it was read."""
        now = self._database.now()
        with self._database.write() as connection:
            for case, warnings in findings:
                _keep(connection, case, warnings, now)


_QUERY = DELIVERIES.add_columns(post.c.body).outerjoin(post, delivery.c.post_id == post.c.id)


def _conditions(now: datetime) -> Iterator[tuple[sa.ColumnElement[bool], ...]]:
    """Say the rule of `schedule.preflight` in terms that the indexes answer."""
    waiting = _in("in_review", "scheduled")
    checked = delivery.c.checked_at
    yield waiting, checked.is_(None)
    yield waiting, checked < last_night(now)
    yield waiting, delivery.c.warnings.is_not(sa.null()), checked <= now - RECHECK
    for state in ("scheduled", "in_review"):
        for lead in LEADS:
            soon = delivery.c.due_at <= now + lead
            yield _in(state), soon, _before(checked, lead)


def _in(*states: str) -> sa.ColumnElement[bool]:
    """Compare the state in the very words of a partial index, or it is not used."""
    return delivery.c.state.in_([sa.literal_column(f"'{state}'") for state in states])


def _before(checked: sa.Column[Any], lead: timedelta) -> sa.ColumnElement[bool]:
    """checked_at < due_at - lead, in the milliseconds that the columns hold."""
    due = sa.type_coerce(delivery.c.due_at, sa.BigInteger)
    return sa.type_coerce(checked, sa.BigInteger) < due - lead // timedelta(milliseconds=1)


def _is_due(row: sa.RowMapping, now: datetime) -> bool:
    return is_due(row["due_at"], row["checked_at"], now, warned=bool(row["warnings"]))


def _sizes(connection: sa.Connection, rows: Iterable[sa.RowMapping]) -> dict[str, int]:
    names = {card["sha256"] for row in rows for card in (row["body"] or {}).get("cards", ())}
    query = sa.select(media.c.sha256, sa.func.length(media.c.data).label("size"))
    return {
        row.sha256: row.size for row in connection.execute(query.where(media.c.sha256.in_(names)))
    }


def _to_case(row: sa.RowMapping, sizes: dict[str, int]) -> Case:
    body = row["body"] or {"parts": [], "cards": []}
    return Case(
        delivery=to_delivery(row),
        post_id=row["post_id"],
        texts=tuple(part[0] for part in body["parts"]),
        images=tuple(
            Image(sizes.get(card["sha256"]), card["mime"], card["alt"]) for card in body["cards"]
        ),
    )


def _keep(connection: sa.Connection, case: Case, warnings: tuple[str, ...], now: datetime) -> None:
    one = case.delivery
    kept = connection.execute(
        sa.update(delivery)
        .where(
            delivery.c.id == one.id,
            delivery.c.state == one.state,
            delivery.c.due_at == one.due_at,
            delivery.c.post_id.is_not_distinct_from(case.post_id),
        )
        .values(checked_at=now, warnings=list(warnings) or None)
    )
    if kept.rowcount and warnings != one.warnings:
        text = f"warning: {' '.join(warnings)}" if warnings else "nothing is in its way any more"
        topic = Topic.WARNED if warnings else None
        note(connection, one.id, one.state, one.state, Change(now, "preflight", text, topic=topic))
