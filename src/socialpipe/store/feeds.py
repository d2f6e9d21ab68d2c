"""Feeds that are watched: which, for which channels, and when to look again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from socialpipe.errors import NotFound, Refused
from socialpipe.model import Channel, Json
from socialpipe.store.database import Database
from socialpipe.store.feed_entries import Sighting, remember
from socialpipe.store.rows import to_channel
from socialpipe.store.schema import channel, feed, feed_channel, feed_entry
from socialpipe.store.within import mine, own, owner

_MILLISECOND = timedelta(milliseconds=1)
_LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to become of a feed's new entries; `options` are those of `composing`."""

    options: Json
    at_once: bool
    needs_review: bool
    interval: timedelta


@dataclass(frozen=True, slots=True)
class Watched:
    """A feed, and how the last look at it went."""

    id: int
    workspace_id: int
    url: str
    title: str
    channels: tuple[Channel, ...]
    wishes: Wishes
    etag: str | None
    modified: str | None
    due_at: datetime
    looked_at: datetime | None
    failures: int
    problem: str | None
    stopped_at: datetime | None
    counts: dict[str, int]  # entries by state


class Feeds:
    """Keeps the feeds of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, sighting: Sighting, channels: Sequence[Channel], wishes: Wishes, latest: int = 0
    ) -> Watched:
        """Watch a feed from now on: of what it holds only the `latest` entries are queued.

        Raises Refused when one of the channels has this feed already.
        """
        now = self._database.now()
        with self._database.write() as connection:
            own(connection, channel, *(one.id for one in channels))
            _refuse_twice(connection, sighting.url, channels)
            row = {
                "workspace_id": owner(connection),
                "url": sighting.url,
                "title": sighting.title,
                "options": wishes.options,
                "at_once": wishes.at_once,
                "needs_review": wishes.needs_review,
                "interval_ms": wishes.interval // _MILLISECOND,
                "created_at": now,
                **_looked(sighting, now, wishes.interval),
            }
            key = connection.execute(sa.insert(feed).values(row).returning(feed.c.id)).scalar_one()
            pairs = [{"feed_id": key, "channel_id": one.id} for one in channels]
            connection.execute(sa.insert(feed_channel), pairs)
            remember(connection, key, sighting, now, latest)
        return self.get(key)

    def all(self) -> list[Watched]:
        """Return every feed, the stopped ones too."""
        with self._database.read() as connection:
            query = sa.select(feed).where(mine(connection, feed)).order_by(feed.c.id)
            return [_watched(connection, row) for row in connection.execute(query).mappings().all()]

    def get(self, feed_id: int) -> Watched:
        """Find one.

        Raises NotFound.
        """
        with self._database.read() as connection:
            query = sa.select(feed).where(feed.c.id == feed_id, mine(connection, feed))
            row = connection.execute(query).mappings().one_or_none()
            if row is None:
                raise NotFound(f"There is no feed {feed_id}.", "List them: socialpipe feed list")
            return _watched(connection, row)

    def look_now(self, feed_id: int) -> None:
        """Let the next look come at once; watches a stopped feed again.

        Raises NotFound, and Refused for a stopped feed whose channels are gone or have it anew.
        """
        found = self.get(feed_id)
        if not found.channels:
            raise Refused(f"Feed {feed_id} has no channel any more.", "Add it anew.")
        values = {"due_at": self._database.now(), "stopped_at": None, "failures": 0}
        with self._database.write() as connection:
            if found.stopped_at is not None:
                _refuse_twice(connection, found.url, found.channels)
            connection.execute(sa.update(feed).where(feed.c.id == feed_id).values(values))

    def stop(self, feed_id: int, reason: str | None = None) -> None:
        """Watch a feed no more; entries wait with it, and what is queued goes out all the same.

        Raises NotFound.
        """
        found = self.get(feed_id)
        self._set(found.id, stopped_at=self._database.now(), problem=reason or found.problem)

    def take(self, lease: timedelta) -> Watched | None:
        """Take a feed that is due; nobody else looks at it for the time of `lease`."""
        now = self._database.now()
        with self._database.write() as connection:
            key = connection.execute(
                sa.select(feed.c.id)
                .where(feed.c.stopped_at.is_(None), feed.c.due_at <= now)
                .order_by(feed.c.due_at)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).scalar_one_or_none()
            if key is None:
                return None
            taken = sa.update(feed).where(feed.c.id == key).values(due_at=now + lease)
            row = connection.execute(taken.returning(feed)).mappings().one()
            return _watched(connection, row)

    def saw(self, found: Watched, sighting: Sighting | None) -> int:
        """Keep what a look brought, None: nothing new; return how many entries are new."""
        now = self._database.now()
        with self._database.write() as connection:
            values = _looked(sighting, now, found.wishes.interval)
            connection.execute(sa.update(feed).where(feed.c.id == found.id).values(values))
            return 0 if sighting is None else remember(connection, found.id, sighting, now)

    def failed(self, found: Watched, problem: str) -> None:
        """Look again, ever more seldom."""
        pause = found.wishes.interval * 2 ** min(found.failures, 10)
        due = self._database.now() + min(pause, _LONGEST_WAIT)
        self._set(found.id, due_at=due, failures=found.failures + 1, problem=problem)

    def _set(self, feed_id: int, **values: object) -> None:
        with self._database.write() as connection:
            connection.execute(sa.update(feed).where(feed.c.id == feed_id).values(values))


def _looked(sighting: Sighting | None, now: datetime, interval: timedelta) -> dict[str, Any]:
    values = {"looked_at": now, "due_at": now + interval, "failures": 0, "problem": None}
    if sighting is None:
        return values
    return {**values, "etag": sighting.etag, "modified": sighting.modified}


def _refuse_twice(connection: sa.Connection, url: str, channels: Sequence[Channel]) -> None:
    query = (
        sa.select(channel.c.name, feed.c.id)
        .join(feed_channel, feed_channel.c.channel_id == channel.c.id)
        .join(feed, feed.c.id == feed_channel.c.feed_id)
        .where(feed.c.url == url, feed.c.stopped_at.is_(None))
        .where(channel.c.id.in_([one.id for one in channels]))
    )
    twice = connection.execute(query.limit(1)).one_or_none()
    if twice is not None:
        raise Refused(
            f"Channel {twice.name!r} has this feed already: it would publish everything twice.",
            f"Stop the other first: socialpipe feed stop {twice.id}",
        )


def _watched(connection: sa.Connection, row: sa.RowMapping) -> Watched:
    owners = connection.execute(
        sa.select(channel).join(feed_channel).where(feed_channel.c.feed_id == row["id"])
    )
    states = sa.select(feed_entry.c.state, sa.func.count()).where(feed_entry.c.feed_id == row["id"])
    interval = row["interval_ms"] * _MILLISECOND
    wishes = Wishes(row["options"], row["at_once"], row["needs_review"], interval)
    same = ("id", "workspace_id", "url", "title", "etag", "modified", "due_at", "looked_at")
    return Watched(
        **{name: row[name] for name in (*same, "failures", "problem", "stopped_at")},
        channels=tuple(to_channel(one) for one in owners.mappings()),
        wishes=wishes,
        counts=dict(map(tuple, connection.execute(states.group_by(feed_entry.c.state)))),
    )
