"""Evergreen posts: they fill slots that would stay empty, again and again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

import sqlalchemy as sa

from socialpipe.model import Article, Channel, Json, State
from socialpipe.schedule.engagement import level, worth
from socialpipe.schedule.moment import Moment
from socialpipe.schedule.repetition import Evergreen, choose
from socialpipe.store import places, standing
from socialpipe.store.database import Database
from socialpipe.store.intake import Terms, new_delivery, post_for, told
from socialpipe.store.reports import measured
from socialpipe.store.schema import campaign, channel, delivery, evergreen
from socialpipe.store.states import Change
from socialpipe.store.switches import is_frozen
from socialpipe.store.within import mine

_AHEAD = timedelta(hours=1)  # until then people may take the slot: they come first
_MILLISECOND = timedelta(milliseconds=1)
_KIND = standing.Kind(
    "evergreen post", evergreen, delivery.c.evergreen_id, "socialpipe queue evergreen list"
)
_UNUSED = (State.CANCELLED, State.FAILED, State.MISSED)


@dataclass(frozen=True, slots=True)
class Stock:
    """An evergreen post of a channel, and how often it went out or is about to."""

    id: int
    channel: str
    title: str
    cooldown: timedelta
    most: int
    times: int
    last_at: datetime | None
    stopped_at: datetime | None
    reason: str | None  # why its article could not be composed, if so


class Evergreens:
    """Keeps evergreen posts and puts them into free slots."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        article: Article,
        channels: Sequence[Channel],
        *,
        cooldown: timedelta,
        most: int,
        options: Json,
        needs_review: bool = False,
    ) -> list[int]:
        """Store an evergreen post for each channel; return their ids."""
        row = {
            "cooldown_ms": cooldown // _MILLISECOND,
            "most": most,
            "needs_review": needs_review,
        }
        return standing.begin(self._database, _KIND, article, channels, options=options, terms=row)

    def all(self) -> list[Stock]:
        """Return every evergreen post, the stopped ones too."""
        query = _uses().add_columns(
            channel.c.name.label("channel"),
            campaign.c.title,
            campaign.c.reason,
            evergreen.c.stopped_at,
        )
        query = query.join(channel, evergreen.c.channel_id == channel.c.id)
        grouped = query.group_by(channel.c.name, campaign.c.title, campaign.c.reason)
        with self._database.read() as connection:
            grouped = grouped.where(mine(connection, channel))
            rows = connection.execute(grouped.order_by(evergreen.c.id)).all()
        return [
            Stock(
                id=row.id,
                channel=row.channel,
                title=row.title,
                cooldown=row.cooldown_ms * _MILLISECOND,
                most=row.most,
                times=row.times,
                last_at=row.last_at,
                stopped_at=row.stopped_at,
                reason=row.reason,
            )
            for row in rows
        ]

    def stop(self, evergreen_id: int, actor: str) -> int:
        """Use a post no more and cancel what of it waits; return how many.

        Raises NotFound, or Refused when it is stopped already.
        """
        return standing.stop(self._database, _KIND, evergreen_id, actor)

    def fill(self, terms: Terms, actor: str) -> int:
        """Fill the free slots of the next hour, where a post has cooled down; return how many."""
        now = self._database.now()
        in_use = (
            sa.select(channel.c.id)
            .join(evergreen, evergreen.c.channel_id == channel.c.id)
            .join(campaign, evergreen.c.campaign_id == campaign.c.id)
            .where(*_IN_USE, ~channel.c.paused)
            .distinct()
        )
        with self._database.read() as connection:
            if is_frozen(connection):
                return 0
            ids = connection.scalars(in_use.order_by(channel.c.id)).all()
        return sum(self._fill_channel(key, terms, Change(now, actor, "")) for key in ids)

    def _fill_channel(self, channel_id: int, terms: Terms, change: Change) -> int:
        end = change.at + _AHEAD
        filled = 0
        with self._database.write() as connection:
            owner = places.lock(connection, channel_id)
            held = places.taken(connection, channel_id, change.at)
            coming = takewhile(lambda one: one.at <= end, places.slots_of(owner, change.at))
            for moment in coming:
                if moment.at in held:
                    continue
                chosen = choose(_candidates(connection, channel_id, change.at), moment.at)
                if chosen is not None:
                    _use(connection, chosen, moment, terms, change)
                    filled += 1
        return filled


_IN_USE = (evergreen.c.stopped_at.is_(None), campaign.c.state == "ready")


def _uses() -> sa.Select[tuple[int, int, int, int, datetime | None]]:
    used = sa.and_(delivery.c.evergreen_id == evergreen.c.id, delivery.c.state.not_in(_UNUSED))
    return (
        sa.select(
            evergreen.c.id,
            evergreen.c.cooldown_ms,
            evergreen.c.most,
            sa.func.count(delivery.c.id).label("times"),
            sa.func.max(delivery.c.wanted_at).label("last_at"),
        )
        .join(campaign, evergreen.c.campaign_id == campaign.c.id)
        .outerjoin(delivery, used)
        .group_by(evergreen.c.id)
    )


def _candidates(connection: sa.Connection, channel_id: int, now: datetime) -> list[Evergreen]:
    rows = connection.execute(_uses().where(evergreen.c.channel_id == channel_id, *_IN_USE))
    worths = _worths(connection, channel_id, now)
    return [
        Evergreen(
            row.id,
            row.cooldown_ms * _MILLISECOND,
            row.most,
            row.times,
            row.last_at,
            worths.get(row.id, 0.0),
        )
        for row in rows
    ]


def _worths(connection: sa.Connection, channel_id: int, now: datetime) -> dict[int, float]:
    """Say how well each evergreen post did, compared with all posts of its channel."""
    everything, own = [], defaultdict(list)
    for one in measured(connection, channel_id, now):
        everything.append(level(one.interactions))
        if one.evergreen_id is not None:
            own[one.evergreen_id].append(level(one.interactions))
    return {key: worth(levels, everything) for key, levels in own.items()}


def _use(
    connection: sa.Connection, chosen: Evergreen, moment: Moment, terms: Terms, change: Change
) -> None:
    row = connection.execute(sa.select(evergreen).where(evergreen.c.id == chosen.id)).one()
    post = post_for(
        connection, row.campaign_id, row.channel_id, chosen.times, needs_review=row.needs_review
    )
    text = told(f"evergreen post {chosen.id} fills a free slot", post)
    new_delivery(
        connection,
        moment,
        replace(terms, needs_review=row.needs_review),
        replace(change, text=text),
        campaign_id=row.campaign_id,
        channel_id=row.channel_id,
        evergreen_id=chosen.id,
        state=State.IN_REVIEW if row.needs_review else State.SCHEDULED,
        **post,
    )
