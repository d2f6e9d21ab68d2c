"""Entries of watched feeds: each is queued once, whatever a site does to its feed later."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from socialpipe.model import Article, Json
from socialpipe.store.database import Database
from socialpipe.store.intake import Order, Terms, enqueue
from socialpipe.store.rows import from_article, to_article
from socialpipe.store.schema import feed, feed_entry
from socialpipe.store.states import Change
from socialpipe.store.within import own
from socialpipe.text.feeds import Entry

_NEVER = datetime.min.replace(tzinfo=UTC)


class EntryState(StrEnum):
    """Where an entry stands."""

    OLD = "old"  # it was there when the feed was added
    WAITING = "waiting"
    QUEUED = "queued"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a look at a feed showed, and what to ask for the next time only changes."""

    url: str
    title: str
    entries: Sequence[Entry]
    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A new entry that is to be queued; `article` is None where its page has to be read."""

    feed_id: int
    name: str
    title: str
    url: str | None
    article: Article | None
    attempt: int


@dataclass(frozen=True, slots=True)
class Known:
    """An entry, for people to look at."""

    title: str
    url: str | None
    state: EntryState
    campaign_id: int | None
    reason: str | None
    seen_at: datetime


class FeedEntries:
    """Hands out new entries and keeps what came of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, feed_id: int, limit: int = 50) -> list[Known]:
        """Return the entries of a feed, the newest first.

        Raises NotFound for a feed of another workspace.
        """
        names = ("title", "url", "state", "campaign_id", "reason", "seen_at")
        query = sa.select(*(feed_entry.c[name] for name in names)).limit(limit)
        order = (feed_entry.c.seen_at.desc(), feed_entry.c.rank.desc())
        with self._database.read() as connection:
            own(connection, feed, feed_id)
            rows = connection.execute(
                query.where(feed_entry.c.feed_id == feed_id).order_by(*order)
            ).mappings()
            return [Known(**{**row, "state": EntryState(row["state"])}) for row in rows]

    def take(self, lease: timedelta) -> Waiting | None:
        """Take an entry to queue, the oldest first; nobody else has it for the time of `lease`.

        Those of a feed that was stopped wait until it is watched again.
        """
        now = self._database.now()
        with self._database.write() as connection:
            found = connection.execute(
                sa.select(feed_entry)
                .join(feed)
                .where(feed_entry.c.state == EntryState.WAITING, feed_entry.c.due_at <= now)
                .where(feed.c.stopped_at.is_(None))
                .order_by(feed_entry.c.due_at, feed_entry.c.seen_at, feed_entry.c.rank)
                .limit(1)
                .with_for_update(of=feed_entry, skip_locked=True)
            ).one_or_none()
            if found is None:
                return None
            taken = {"due_at": now + lease, "attempt": feed_entry.c.attempt + 1}
            connection.execute(sa.update(feed_entry).where(*_this(found)).values(taken))
            article = None if found.article is None else to_article(found.article)
            of_it = (found.feed_id, found.name, found.title, found.url)
            return Waiting(*of_it, article, found.attempt + 1)

    def queue(
        self,
        waiting: Waiting,
        article: Article,
        orders: Sequence[Order],
        terms: Terms,
        options: Json,
    ) -> int | None:
        """Queue an entry's campaign, in one transaction with the note that it is queued.

        None: somebody else has queued it. Raises NotFound when a channel has no free slot.
        """
        change = Change(self._database.now(), "feed", f"new in feed {waiting.feed_id}")
        mark = {"state": EntryState.QUEUED, "article": None, "reason": None}
        with self._database.write() as connection:
            if not _mark(connection, waiting, mark):
                return None
            made, _ = enqueue(
                connection, article, orders, options=options, terms=terms, change=change
            )
            link = sa.update(feed_entry).where(*_this(waiting))
            connection.execute(link.values(campaign_id=made))
            return made

    def again(self, waiting: Waiting, reason: str, wait: timedelta) -> None:
        """Try this entry again after `wait`."""
        self._set(waiting, due_at=self._database.now() + wait, reason=reason)

    def give_up(self, waiting: Waiting, reason: str) -> None:
        """Try no more, and say why."""
        self._set(waiting, state=EntryState.GIVEN_UP, reason=reason)

    def _set(self, waiting: Waiting, **values: object) -> None:
        with self._database.write() as connection:
            _mark(connection, waiting, values)


def remember(
    connection: sa.Connection,
    feed_id: int,
    sighting: Sighting,
    now: datetime,
    latest: int | None = None,
) -> int:
    """Keep the entries that were never seen; return how many are to be queued.

    `latest` None: all of them; else so many of the newest, and the others count as old.
    """
    backwards = sighting.entries[::-1]  # most feeds begin with the newest
    oldest_first = sorted(backwards, key=lambda one: one.published_at or _NEVER)
    fresh = _unseen(connection, feed_id, oldest_first)
    wanted = len(fresh) if latest is None else min(latest, len(fresh))
    old = len(fresh) - wanted
    rows = [
        {
            "feed_id": feed_id,
            "name": _hash(one.id),
            "page": _hash(one.page) if one.page else None,
            "title": one.title,
            "url": one.url,
            "article": from_article(one.article) if one.article and rank >= old else None,
            "state": EntryState.WAITING if rank >= old else EntryState.OLD,
            "rank": rank,
            "due_at": now,
            "seen_at": now,
        }
        for rank, one in enumerate(fresh)
    ]
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    for row in rows:
        connection.execute(insert(feed_entry).on_conflict_do_nothing(), row)
    return wanted


def _mark(connection: sa.Connection, waiting: Waiting, values: Mapping[str, object]) -> bool:
    """Change an entry that still waits; False: it does not."""
    waits = feed_entry.c.state == EntryState.WAITING
    query = sa.update(feed_entry).where(*_this(waiting), waits).values(values)
    return connection.execute(query).rowcount == 1


def _unseen(connection: sa.Connection, feed_id: int, entries: Sequence[Entry]) -> list[Entry]:
    """Leave out what is known by its id, or by its address where that is its own."""
    here = feed_entry.c.feed_id == feed_id
    names, pages = (
        set(connection.scalars(sa.select(column).where(here)))
        for column in (feed_entry.c.name, feed_entry.c.page)
    )
    fresh = []
    for one in entries:
        page = _hash(one.page) if one.page else None
        if _hash(one.id) in names or (page and page in pages):
            continue
        names.add(_hash(one.id))
        pages.add(page)
        fresh.append(one)
    return fresh


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _this(one: Waiting | sa.Row[tuple[object, ...]]) -> tuple[sa.ColumnElement[bool], ...]:
    return (feed_entry.c.feed_id == one.feed_id, feed_entry.c.name == one.name)
