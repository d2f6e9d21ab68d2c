"""Feeds in: what a site publishes becomes campaigns by itself, every entry exactly once.

look    ask the feed whether it changed → keep what is new, in one transaction
queue   read the entry's article → queue its campaign, in one transaction with the note of it

A crash between the two loses nothing: what is kept waits, and is queued by whoever comes next.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import timedelta

from socialpipe.composing import Options
from socialpipe.engine import Engine
from socialpipe.errors import NotFound, Refused, SocialpipeError, TryAgain
from socialpipe.illustration import illustrated
from socialpipe.model import Article
from socialpipe.schedule.retry import Backoff
from socialpipe.sources import load
from socialpipe.sources.watch import Look, look
from socialpipe.store.feed_entries import Sighting, Waiting
from socialpipe.store.feeds import Watched
from socialpipe.store.intake import Order, Terms
from socialpipe.store.places import Place

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than any look, or any reading of an article
_ATTEMPTS = 8  # of reading an article: some hours, until its page must have come up
_BACKOFF = Backoff(base=60, cap=14_400)


def first_look(url: str) -> Sighting:
    """Look at a feed that nobody watches yet. Raises what `sources.watch.look` raises."""
    seen = _sighting(look(url))
    if seen is None:
        raise Refused(f"{url} says that it has not changed, and shows nothing.", "Try again later.")
    return seen


def look_at(engine: Engine, feed: Watched) -> None:
    """Look at a feed that was taken, and keep what is new in it."""
    try:
        seen = _sighting(look(feed.url, feed.etag, feed.modified))
    except SocialpipeError as error:
        engine.store.feeds.failed(feed, str(error))
        return
    new = engine.store.feeds.saw(feed, seen)
    if new:
        log.info("feed %s has %s new entries", feed.url, new)


def queue(engine: Engine, waiting: Waiting) -> None:
    """Queue a new entry that was taken, or say why it cannot be queued now."""
    feed = engine.store.feeds.get(waiting.feed_id)
    try:
        article = waiting.article or _read(waiting)
        _enqueue(engine, feed, waiting, article)
    except (TryAgain, NotFound) as error:
        # A page may come up after its feed; a channel may get slots.
        _again(engine, waiting, str(error))
    except SocialpipeError as error:
        engine.store.feed_entries.give_up(waiting, str(error))


def _sighting(seen: Look | None) -> Sighting | None:
    if seen is None:
        return None
    return Sighting(seen.url, seen.feed.title, seen.feed.entries, seen.etag, seen.modified)


def _read(waiting: Waiting) -> Article:
    if waiting.url is None:
        raise NotFound("The entry has neither text nor address.")
    return load(waiting.url)


def _enqueue(engine: Engine, feed: Watched, waiting: Waiting, article: Article) -> None:
    place = Place.FIXED if feed.wishes.at_once else Place.NEXT
    orders = [Order(channel, engine.store.now(), place) for channel in feed.channels]
    terms = Terms.of(engine.settings, needs_review=feed.wishes.needs_review)
    options = illustrated(Options(**feed.wishes.options), article, waiting.url or feed.url)
    room = engine.store.within(feed.workspace_id).feed_entries
    room.queue(waiting, article, orders, terms, asdict(options))


def _again(engine: Engine, waiting: Waiting, reason: str) -> None:
    if waiting.attempt >= _ATTEMPTS:
        engine.store.feed_entries.give_up(waiting, reason)
        return
    wait = _BACKOFF.wait(waiting.attempt, engine.chance(), at_least=30.0)
    engine.store.feed_entries.again(waiting, reason, wait)
