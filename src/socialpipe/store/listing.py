"""Deliveries as people look for them: filtered, counted, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from socialpipe.model import Delivery, Json, State
from socialpipe.store.database import Database
from socialpipe.store.rows import DELIVERIES, to_delivery
from socialpipe.store.schema import campaign, channel, delivery, post
from socialpipe.store.within import mine

PAGE = 50
_MOST = 2000  # of a month that somebody looks at
_COUNTS = (
    sa.select(delivery.c.state, sa.func.count())
    .join(channel, delivery.c.channel_id == channel.c.id)
    .join(campaign, delivery.c.campaign_id == campaign.c.id)
    .outerjoin(post, delivery.c.post_id == post.c.id)
    .group_by(delivery.c.state)
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody looks for; times are those that were wanted, within [since, until)."""

    states: tuple[State, ...] = ()
    channel_id: int | None = None
    channel: str | None = None  # its name
    campaign_id: int | None = None
    text: str = ""  # in the title, the post or the reason
    since: datetime | None = None
    until: datetime | None = None


class Listing:
    """Finds deliveries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, wanted: Filters, number: int = 1) -> tuple[list[Delivery], bool]:
        """Return a page, the latest first, and whether there is another one after it."""
        query = _with_post().order_by(delivery.c.wanted_at.desc(), delivery.c.id.desc())
        query = query.limit(PAGE + 1).offset((number - 1) * PAGE)
        found = self._read(query, wanted)
        return found[:PAGE], len(found) > PAGE

    def newest(self, wanted: Filters, before: int | None, limit: int) -> list[Delivery]:
        """Return `limit` with ids below `before`, the newest first: keys that never move."""
        query = _with_post().order_by(delivery.c.id.desc()).limit(limit)
        return self._read(query if before is None else query.where(delivery.c.id < before), wanted)

    def span(self, since: datetime, until: datetime, channel_id: int | None) -> list[Delivery]:
        """Return what is wanted within [since, until) and was not cancelled, by time."""
        shown = tuple(state for state in State if state is not State.CANCELLED)
        wanted = Filters(shown, channel_id, since=since, until=until)
        query = _with_post().order_by(delivery.c.wanted_at, delivery.c.id).limit(_MOST)
        return self._read(query, wanted)

    def some(self, ids: Iterable[int]) -> list[Delivery]:
        """Return those of the deliveries that are there."""
        return self._read(DELIVERIES.where(delivery.c.id.in_(tuple(ids))), Filters())

    def waiting_for_review(self) -> list[Delivery]:
        """Return what waits for approval, campaign by campaign, by time."""
        query = DELIVERIES.order_by(delivery.c.campaign_id, delivery.c.wanted_at, delivery.c.id)
        return self._read(query.limit(_MOST), Filters((State.IN_REVIEW,)))

    def campaign(self, campaign_id: int) -> list[Delivery]:
        """Return what of a campaign is composed and was not cancelled, by time."""
        shown = tuple(one for one in State if one not in {State.DRAFT, State.CANCELLED})
        query = DELIVERIES.order_by(delivery.c.wanted_at, delivery.c.id).limit(_MOST)
        return self._read(query, Filters(shown, campaign_id=campaign_id))

    def bodies(self, ids: Iterable[int]) -> dict[int, Json]:
        """Return what each delivery would send, as JSON that names its images."""
        query = sa.select(delivery.c.id, post.c.body).join(post, delivery.c.post_id == post.c.id)
        with self._database.read() as connection:
            query = query.where(delivery.c.id.in_(tuple(ids)), mine(connection, delivery))
            return {row.id: row.body for row in connection.execute(query)}

    def counts(self, wanted: Filters) -> dict[State, int]:
        """Count by state, whatever states are looked for."""
        with self._database.read() as connection:
            query = _COUNTS.where(mine(connection, channel), *_but_states(wanted))
            return {State(state): count for state, count in connection.execute(query)}

    def _read(self, query: sa.Select[tuple[object, ...]], wanted: Filters) -> list[Delivery]:
        with self._database.read() as connection:
            query = query.where(mine(connection, channel), *_but_states(wanted))
            if wanted.states:
                query = query.where(delivery.c.state.in_(wanted.states))
            return [to_delivery(row) for row in connection.execute(query).mappings()]


def _with_post() -> sa.Select[tuple[object, ...]]:
    return DELIVERIES.outerjoin(post, delivery.c.post_id == post.c.id)


def _but_states(wanted: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.channel_id is not None:
        found.append(delivery.c.channel_id == wanted.channel_id)
    if wanted.channel is not None:
        found.append(channel.c.name == wanted.channel)
    if wanted.campaign_id is not None:
        found.append(delivery.c.campaign_id == wanted.campaign_id)
    if wanted.since is not None:
        found.append(delivery.c.wanted_at >= wanted.since)
    if wanted.until is not None:
        found.append(delivery.c.wanted_at < wanted.until)
    if wanted.text:
        found.append(_says(wanted.text))
    return found


def _says(text: str) -> sa.ColumnElement[bool]:
    first = sa.cast(post.c.body["parts", 0, 0].as_string(), sa.Text)
    within = (campaign.c.title, delivery.c.reason, first)
    return sa.or_(*(column.icontains(text, autoescape=True) for column in within))
