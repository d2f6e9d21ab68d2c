"""Recurrences: rules that queue a campaign's post again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from socialpipe.model import Article, Channel, Json, State
from socialpipe.schedule import recurrence as rules
from socialpipe.schedule.recurrence import Rule
from socialpipe.store import standing
from socialpipe.store.database import Database
from socialpipe.store.intake import Terms, new_delivery, post_for, told
from socialpipe.store.schema import campaign, channel, delivery, recurrence
from socialpipe.store.states import Change
from socialpipe.store.within import mine

_KIND = standing.Kind("rule", recurrence, delivery.c.recurrence_id, "socialpipe queue rules list")
HORIZON = timedelta(days=60)
_STEP = timedelta(days=1)  # how often the horizon is moved on


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule that queues posts on a channel."""

    id: int
    channel: str
    title: str
    rule: Rule
    next_at: datetime | None
    stopped_at: datetime | None
    reason: str | None  # why its article could not be composed, if so


class Recurrences:
    """Keeps rules and makes their occurrences."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        article: Article,
        channels: Sequence[Channel],
        rule: Rule,
        *,
        options: Json,
        needs_review: bool = False,
    ) -> list[int]:
        """Store the rule for each channel; its occurrences are made by `expand`."""
        row = {
            "rule": rule.text,
            "start": rule.start.isoformat(timespec="seconds"),
            "zone": rule.zone,
            "until": rule.until and rule.until.isoformat(timespec="seconds"),
            "needs_review": needs_review,
            "expanded_until": self._database.now(),
        }
        return standing.begin(self._database, _KIND, article, channels, options=options, terms=row)

    def all(self) -> list[Recurrence]:
        """Return every rule, the stopped ones too, and when each comes about next."""
        now = self._database.now()
        coming = sa.and_(
            delivery.c.recurrence_id == recurrence.c.id,
            delivery.c.wanted_at > now,
            delivery.c.state != State.CANCELLED,
        )
        next_at = sa.select(sa.func.min(delivery.c.wanted_at)).where(coming).scalar_subquery()
        query = (
            sa.select(
                recurrence,
                channel.c.name.label("channel"),
                campaign.c.title,
                campaign.c.reason,
                next_at.label("next_at"),
            )
            .join(channel, recurrence.c.channel_id == channel.c.id)
            .join(campaign, recurrence.c.campaign_id == campaign.c.id)
            .order_by(recurrence.c.id)
        )
        with self._database.read() as connection:
            query = query.where(mine(connection, channel))
            return [_to_recurrence(row) for row in connection.execute(query).mappings()]

    def stop(self, recurrence_id: int, actor: str) -> int:
        """End a rule and cancel what it has waiting; return how many.

        Raises NotFound, or Refused when it is stopped already.
        """
        return standing.stop(self._database, _KIND, recurrence_id, actor)

    def expand(self, terms: Terms, actor: str) -> int:
        """Make the occurrences of the next sixty days that are not made yet; return how many.

        Of those that nobody made while everything stood still, only the newest is made.
        """
        now = self._database.now()
        query = sa.select(recurrence.c.id).where(*_short(now)).order_by(recurrence.c.id)
        with self._database.read() as connection:
            ids = connection.scalars(query).all()
        made = 0
        for key in ids:
            with self._database.write() as connection:
                made += _expand(connection, key, terms, Change(now, actor, f"by rule {key}"))
        return made


def _short(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        recurrence.c.stopped_at.is_(None),
        recurrence.c.expanded_until < now + HORIZON - _STEP,
    )


def _expand(connection: sa.Connection, rule_id: int, terms: Terms, change: Change) -> int:
    # The campaign first, as whoever composes it does: both make sure that no draft is left behind.
    owner = sa.select(recurrence.c.campaign_id).where(recurrence.c.id == rule_id).scalar_subquery()
    state: str = connection.execute(
        sa.select(campaign.c.state).where(campaign.c.id == owner).with_for_update()
    ).scalar_one()
    query = sa.select(recurrence).where(recurrence.c.id == rule_id, *_short(change.at))
    row = connection.execute(query.with_for_update()).mappings().one_or_none()
    if row is None or state == "failed":
        return 0
    found = rules.plan(_to_rule(row), row["expanded_until"], change.at, HORIZON)
    already = connection.execute(
        sa.select(sa.func.count()).where(delivery.c.recurrence_id == rule_id)
    ).scalar_one()
    terms = replace(terms, needs_review=row["needs_review"])
    whose = {
        "campaign_id": row["campaign_id"],
        "channel_id": row["channel_id"],
        "recurrence_id": rule_id,
    }
    made = 0
    for moment in found:
        values = {"occurrence": moment.local, **whose}
        text = change.text
        if state == "ready":
            values |= (post := _post(connection, row, already + made))
            text = told(text, post)
        key = new_delivery(connection, moment, terms, replace(change, text=text), **values)
        made += key is not None
    connection.execute(
        sa.update(recurrence)
        .where(recurrence.c.id == rule_id)
        .values(expanded_until=change.at + HORIZON)
    )
    return made


def _post(connection: sa.Connection, row: sa.RowMapping, n: int) -> dict[str, Any]:
    review: bool = row["needs_review"]
    post = post_for(connection, row["campaign_id"], row["channel_id"], n, needs_review=review)
    return {**post, "state": State.IN_REVIEW if review else State.SCHEDULED}


def _to_rule(row: sa.RowMapping) -> Rule:
    until = row["until"]
    return Rule(
        text=row["rule"],
        start=datetime.fromisoformat(row["start"]),
        zone=row["zone"],
        until=datetime.fromisoformat(until) if until else None,
    )


def _to_recurrence(row: sa.RowMapping) -> Recurrence:
    return Recurrence(
        id=row["id"],
        channel=row["channel"],
        title=row["title"],
        rule=_to_rule(row),
        next_at=row["next_at"],
        stopped_at=row["stopped_at"],
        reason=row["reason"],
    )
