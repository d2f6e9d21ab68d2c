"""Every new entry of a feed is queued exactly once, whatever the site does."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
import sqlalchemy as sa
from tests.feeds.blog_site import Item, Site, site

from socialpipe import watching
from socialpipe.composing import Options
from socialpipe.engine import Engine
from socialpipe.errors import NotFound, Refused, TryAgain
from socialpipe.model import Article, Channel, State
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.http import Http
from socialpipe.sources.found import Found
from socialpipe.sources.watch import look
from socialpipe.sources.web import Web
from socialpipe.store import Store
from socialpipe.store.feed_entries import Sighting, Waiting
from socialpipe.store.feeds import Watched, Wishes
from socialpipe.store.schema import feed, feed_entry
from socialpipe.text.feeds import Entry
from socialpipe.watching import LEASE, first_look, look_at
from socialpipe.worker.watcher import Watcher

_WISHES = Wishes(asdict(Options()), True, False, timedelta(minutes=15))


@pytest.fixture
def blog() -> Iterator[Site]:
    with site() as running:
        yield running


@pytest.fixture
def engine(store: Store) -> Engine:
    from socialpipe.settings import load

    http = Http(connect_timeout=1, read_timeout=1, allow_private_hosts=True)
    return Engine(store, load(), http, actor="test", chance=lambda: 0.0)


@pytest.fixture
def channel(store: Store) -> Channel:
    return store.channels.add(
        "news", "mastodon", api_base="http://127.0.0.1:9", settings={}, secrets={}, timezone="UTC"
    )


def watch(store: Store, blog: Site, *channels: Channel, latest: int = 0, **wishes: Any) -> Watched:
    return store.feeds.add(first_look(blog.url), channels, replace(_WISHES, **wishes), latest)


def settle(engine: Engine, watched: Watched) -> list[str]:
    """Look now, queue all that is new; return the titles of all campaigns."""
    engine.store.feeds.look_now(watched.id)
    watcher = Watcher(engine)
    while watcher.round():
        pass
    return sorted(one.title for one in engine.store.deliveries.find())


def test_only_what_is_new_is_queued(engine: Engine, blog: Site, channel: Channel) -> None:
    blog.items = [Item(1), Item(2)]
    watched = watch(engine.store, blog, channel)
    assert settle(engine, watched) == []
    blog.items.insert(0, Item(3))
    assert settle(engine, watched) == ["Pier 3 opens"]
    assert settle(engine, watched) == ["Pier 3 opens"]
    assert engine.store.feeds.get(watched.id).counts == {"old": 2, "queued": 1}


def test_the_latest_are_queued_if_wanted(engine: Engine, blog: Site, channel: Channel) -> None:
    blog.items = [Item(3), Item(2), Item(1)]
    watched = watch(engine.store, blog, channel, latest=2)
    assert settle(engine, watched) == ["Pier 2 opens", "Pier 3 opens"]


def test_a_thousand_entries_shuffled_edited_and_dated_anew(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    watched = watch(engine.store, blog, channel)
    many = 1000 if engine.store.database.is_sqlite else 200
    blog.items = [Item(n) for n in range(many)]
    first = settle(engine, watched)
    assert len(first) == len(set(first)) == many
    shuffled = random.Random(4)
    for n, item in enumerate(blog.items):
        item.title = f"Edited {n}" if n % 3 == 0 else item.title
        item.day = 400 + n if n % 3 == 1 else item.day
        item.guid = f"moved-{n}" if n % 5 == 0 else item.guid  # its address stays
        item.link = f"{blog.base}/elsewhere/{n}?utm_source=rss" if n % 5 == 1 else None
    shuffled.shuffle(blog.items)
    assert settle(engine, watched) == first


def test_an_unchanged_feed_is_not_read_again(engine: Engine, blog: Site, channel: Channel) -> None:
    blog.items = [Item(1)]
    watched = watch(engine.store, blog, channel)
    settle(engine, watched)
    assert blog.unchanged == 1


def test_a_teaser_leads_to_its_page_and_waits_for_it(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    watched = watch(engine.store, blog, channel)
    blog.items, blog.missing = [Item(7, teaser=True)], {7}
    assert settle(engine, watched) == []
    entry = engine.store.feed_entries.of(watched.id)[0]
    assert entry.state == "waiting"
    assert "no such page" in (entry.reason or "")
    blog.missing = set()
    _make_due(engine.store)
    assert settle(engine, watched) == ["Pier 7 opens"]


def test_a_page_that_never_comes_up_is_given_up_with_the_reason(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    watched = watch(engine.store, blog, channel)
    blog.items, blog.missing = [Item(7, teaser=True)], {7}
    for _ in range(8):
        settle(engine, watched)
        _make_due(engine.store)
    entry = engine.store.feed_entries.of(watched.id)[0]
    assert (entry.state, entry.campaign_id) == ("given up", None)
    assert "no such page" in (entry.reason or "")


def test_a_page_that_is_no_article_is_given_up_at_once(
    engine: Engine, blog: Site, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_url: str) -> Article:
        raise Refused("The page wants a login.")

    monkeypatch.setattr("socialpipe.watching.load", refuse)
    watched = watch(engine.store, blog, channel)
    blog.items = [Item(7, teaser=True), Item(8)]
    assert settle(engine, watched) == ["Pier 8 opens"]
    (reason,) = [one.reason for one in engine.store.feed_entries.of(watched.id) if one.reason]
    assert reason == "The page wants a login."
    states = {one.state for one in engine.store.feed_entries.of(watched.id)}
    assert states == {"given up", "queued"}


def test_what_a_feed_brings_belongs_to_its_workspace(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    other = engine.store.within(engine.store.workspaces.add("other").id)
    theirs = other.channels.add(
        "news", "mastodon", api_base=None, settings={}, secrets={}, timezone="UTC"
    )
    watched = watch(other, blog, theirs)
    blog.items = [Item(7)]
    assert settle(engine, watched) == ["Pier 7 opens"]
    (entry,) = other.feed_entries.of(watched.id)
    assert other.library.article(entry.campaign_id or 0).title == "Pier 7 opens"
    main = engine.store.within(engine.store.workspaces.named("main").id)
    assert main.deliveries.find() == []


def test_a_failing_feed_is_asked_ever_more_seldom(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    watched = watch(engine.store, blog, channel)
    blog.status = 503
    waits = []
    for _ in range(4):
        taken = _take(engine.store, watched)
        before = engine.store.now()
        look_at(engine, taken)
        waits.append((engine.store.feeds.get(watched.id).due_at - before).total_seconds())
    assert [round(wait / 900) for wait in waits] == [1, 2, 4, 8]
    assert engine.store.feeds.get(watched.id).problem
    blog.status = 200
    blog.items = [Item(1)]
    assert settle(engine, watched) == ["Pier 1 opens"]
    assert engine.store.feeds.get(watched.id).problem is None


def test_review_holds_what_a_feed_brings(engine: Engine, blog: Site, channel: Channel) -> None:
    watched = watch(engine.store, blog, channel, needs_review=True)
    blog.items = [Item(1)]
    settle(engine, watched)
    assert engine.store.deliveries.find()[0].needs_review


def test_slots_are_filled_oldest_first(engine: Engine, blog: Site, channel: Channel) -> None:
    watched = watch(engine.store, blog, channel, at_once=False)
    blog.items = [Item(3), Item(1), Item(2)]
    settle(engine, watched)
    found = engine.store.deliveries.find()
    assert [one.title for one in found] == ["Pier 1 opens", "Pier 2 opens", "Pier 3 opens"]
    assert all(one.in_slot for one in found)


def test_two_watchers_at_once_queue_each_entry_once(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    watched = watch(engine.store, blog, channel)
    blog.items = [Item(n) for n in range(40)]
    engine.store.feeds.look_now(watched.id)

    def work() -> None:
        watcher = Watcher(engine)
        for _ in range(60):
            watcher.round()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    titles = [one.title for one in engine.store.deliveries.find()]
    assert len(titles) == len(set(titles)) == 40


def test_a_crash_between_keeping_and_queueing_loses_nothing(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    watched = watch(engine.store, blog, channel)
    blog.items = [Item(1)]
    look_at(engine, _take(engine.store, watched))
    taken = engine.store.feed_entries.take(LEASE)  # … and its taker dies
    assert taken is not None
    assert settle(engine, watched) == []
    _make_due(engine.store)  # the lease ends
    assert settle(engine, watched) == ["Pier 1 opens"]


def test_a_page_leads_to_its_feed(engine: Engine, blog: Site) -> None:
    blog.items = [Item(1)]
    assert first_look(f"{blog.base}/").url == blog.url


def test_the_same_feed_twice_for_a_channel_is_refused(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    watched = watch(engine.store, blog, channel)
    with pytest.raises(Refused, match="already"):
        watch(engine.store, blog, channel)
    other = replace(first_look(blog.url), url=f"{blog.url}?of=sports")
    engine.store.feeds.add(other, [channel], _WISHES)
    engine.store.feeds.stop(watched.id)
    watch(engine.store, blog, channel)


def test_a_stopped_feed_is_left_alone(engine: Engine, blog: Site, channel: Channel) -> None:
    watched = watch(engine.store, blog, channel)
    engine.store.feeds.stop(watched.id)
    assert engine.store.feeds.take(LEASE) is None


def test_what_was_published_of_a_feed_names_its_state(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    watched = watch(engine.store, blog, channel)
    blog.items = [Item(1)]
    settle(engine, watched)
    delivery = engine.store.deliveries.find()[0]
    assert delivery.state is State.DRAFT
    assert f"feed {watched.id}" in engine.store.deliveries.events(delivery.id)[0].text


def _take(store: Store, watched: Watched) -> Watched:
    with store.database.write() as connection:
        connection.execute(sa.update(feed).values(due_at=store.now()))
    taken = store.feeds.take(LEASE)
    assert taken is not None
    assert taken.id == watched.id
    return taken


def _make_due(store: Store) -> None:
    with store.database.write() as connection:
        connection.execute(sa.update(feed_entry).values(due_at=store.now()))


def test_feed_that_shows_nothing_at_the_first_look_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Some servers say "not changed" to whoever has never asked."""
    monkeypatch.setattr(watching, "look", lambda _: None)
    with pytest.raises(Refused, match="shows nothing"):
        first_look("https://blog.example/feed")


def test_entry_without_text_and_address_is_never_queued_and_says_why() -> None:
    waiting = cast("Waiting", SimpleNamespace(url=None, article=None))
    with pytest.raises(NotFound, match="neither text nor address"):
        watching._read(waiting)


def test_a_stopped_feed_that_was_added_anew_is_not_watched_twice(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    first = watch(engine.store, blog, channel)
    engine.store.feeds.stop(first.id)
    watch(engine.store, blog, channel)
    with pytest.raises(Refused, match="everything twice"):
        engine.store.feeds.look_now(first.id)
    assert engine.store.feeds.get(first.id).stopped_at


def test_what_waits_waits_on_while_its_feed_is_stopped(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    watched = watch(engine.store, blog, channel)
    blog.items = [Item(1)]
    look_at(engine, _take(engine.store, watched))
    engine.store.feeds.stop(watched.id)
    assert not Watcher(engine).round()
    assert settle(engine, watched) == ["Pier 1 opens"]  # which watches it again


def test_a_channel_that_a_feed_fills_is_not_removed(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    watched = watch(engine.store, blog, channel)
    with pytest.raises(Refused, match=f"Feed {watched.id} fills"):
        engine.store.channels.remove(channel)
    engine.store.feeds.stop(watched.id)
    engine.store.channels.remove(channel)
    assert engine.store.feeds.get(watched.id).channels == ()
    with pytest.raises(Refused, match="no channel any more"):
        engine.store.feeds.look_now(watched.id)


# ── whatever happens ───────────────────────────────────────────────────────────────────────────


def test_the_watcher_outlives_a_bad_round_and_ends_between_two(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher, stop = Watcher(engine), threading.Event()
    troubles: list[Exception] = [TryAgain("away"), ValueError("odd")]

    def busy() -> bool:
        if troubles:
            raise troubles.pop(0)
        assert not stop.is_set()
        stop.set()
        return True  # more is waiting, and left to who comes next

    monkeypatch.setattr(watcher, "round", busy)
    monkeypatch.setattr("socialpipe.worker.watcher._INTERVAL", 0.0)
    watcher.run(stop)
    assert troubles == []


def test_who_took_an_entry_too_long_ago_changes_nothing_of_it(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    """Its lease has ended, and another has queued it."""
    store = engine.store
    watched = watch(store, blog, channel)
    blog.items = [Item(1)]
    look_at(engine, _take(store, watched))
    slow = store.feed_entries.take(LEASE)
    assert slow is not None
    _make_due(store)
    assert settle(engine, watched) == ["Pier 1 opens"]
    watching.queue(engine, slow)
    store.feed_entries.give_up(slow, "too late")
    store.feed_entries.again(slow, "too late", timedelta(0))
    assert settle(engine, watched) == ["Pier 1 opens"]
    (entry,) = store.feed_entries.of(watched.id)
    assert (entry.state, entry.reason) == ("queued", None)
    assert entry.campaign_id is not None


def test_a_feed_and_an_entry_are_with_one_watcher_at_a_time(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    store = engine.store
    watched = watch(store, blog, channel)
    blog.items = [Item(1)]
    look_at(engine, _take(store, watched))
    store.feeds.look_now(watched.id)
    assert store.feeds.take(LEASE) is not None
    assert store.feeds.take(LEASE) is None
    first = store.feed_entries.take(LEASE)
    assert first is not None
    assert store.feed_entries.take(LEASE) is None
    _make_due(store)
    second = store.feed_entries.take(LEASE)
    assert second is not None
    assert (first.attempt, second.attempt) == (1, 2)


def test_what_two_lookers_find_at_once_is_kept_once(
    engine: Engine, blog: Site, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease of the first has ended while it looked."""
    store = engine.store
    watched = watch(store, blog, channel)
    blog.items = [Item(1)]
    seen = first_look(blog.url)
    monkeypatch.setattr("socialpipe.store.feed_entries._unseen", lambda *given: list(given[2]))
    for _ in range(2):
        store.feeds.saw(watched, seen)
    assert store.feeds.get(watched.id).counts == {"waiting": 1}


def test_a_feed_that_failed_for_weeks_is_asked_once_a_day(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    store = engine.store
    watched = replace(watch(store, blog, channel), failures=4000)
    store.feeds.failed(watched, "It is away.")
    left = store.feeds.get(watched.id).due_at - store.now()
    assert timedelta(hours=23) < left <= timedelta(days=1)
    store.feeds.look_now(watched.id)
    assert store.feeds.get(watched.id).failures == 0


def test_what_a_person_says_of_a_stop_stays(engine: Engine, blog: Site, channel: Channel) -> None:
    watched = watch(engine.store, blog, channel)
    engine.store.feeds.failed(watched, "It is away.")
    engine.store.feeds.stop(watched.id)
    assert engine.store.feeds.get(watched.id).problem == "It is away."


def test_feeds_of_another_workspace_are_not_there(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    watched = watch(engine.store, blog, channel)
    other = engine.store.within(engine.store.workspaces.add("other").id)
    assert other.feeds.all() == []
    for touch in (other.feeds.get, other.feeds.look_now, other.feeds.stop, other.feed_entries.of):
        with pytest.raises(NotFound):
            touch(watched.id)
    with pytest.raises(NotFound):
        watch(other, blog, channel)
    theirs = other.channels.add(
        "news", "mastodon", api_base=None, settings={}, secrets={}, timezone="UTC"
    )
    blog.items = [Item(1)]
    assert watch(other, blog, theirs).counts == {"old": 1}


def test_entries_that_all_lead_home_are_entries_each(
    engine: Engine, blog: Site, channel: Channel
) -> None:
    watched = watch(engine.store, blog, channel)
    blog.items = [Item(n, link=f"{blog.base}/") for n in (1, 2)]
    assert settle(engine, watched) == ["Pier 1 opens", "Pier 2 opens"]


def test_one_page_under_two_ids_is_one_entry(engine: Engine, blog: Site, channel: Channel) -> None:
    watched = watch(engine.store, blog, channel)
    blog.items = [Item(1, guid="a"), Item(2, guid="b", link=f"{blog.base}/posts/1?ref=mail")]
    assert len(settle(engine, watched)) == 1


def test_a_page_that_says_unchanged_to_a_first_question_is_refused(
    engine: Engine, blog: Site
) -> None:
    class Shy(Web):
        def changed(
            self, url: str, etag: str | None, modified: str | None
        ) -> tuple[Found, Answer] | None:
            return None if url.endswith(".xml") else super().changed(url, etag, modified)

    with pytest.raises(Refused, match="does not show itself"):
        look(f"{blog.base}/", web=Shy(engine.http))


def test_a_feed_that_names_another_is_taken_itself(engine: Engine, blog: Site) -> None:
    answer = engine.http.get(blog.url)
    links = "<link rel='alternate' type='application/atom+xml' href='/other.xml'/>"
    atom = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Pier</title>{links}</feed>"

    class Atom(Web):
        def changed(self, url: str, *_: str | None) -> tuple[Found, Answer] | None:
            return Found(atom.encode(), "feed.xml", url, "application/atom+xml", ""), answer

    seen = look(blog.url, web=Atom(engine.http))
    assert seen is not None
    assert seen.url == blog.url


def test_an_id_that_is_no_text_is_an_id(engine: Engine, blog: Site, channel: Channel) -> None:
    watched = watch(engine.store, blog, channel)
    entry = Entry("\ud800", "Half a pair", None, None, None)
    assert engine.store.feeds.saw(watched, Sighting(blog.url, "Pier", [entry])) == 1
