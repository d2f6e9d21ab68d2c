"""Two workspaces share an installation and nothing else: each room, seen from the other one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from tests.engine.stage import connect, post, schedule

from socialpipe.engine import Engine
from socialpipe.errors import NotFound
from socialpipe.model import Article, Channel, State
from socialpipe.pipeline import deliver
from socialpipe.schedule.moment import Moment
from socialpipe.schedule.recurrence import Rule
from socialpipe.schedule.topics import Topic
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.credentials import Standing
from socialpipe.store.intake import Order, Terms
from socialpipe.store.schema import attempt, message

ARTICLE = Article("A title", "A text.")
DAILY = Rule("FREQ=DAILY", datetime(2026, 1, 1, 9), "UTC", None)  # noqa: DTZ001 - a wall clock


class Theirs(NamedTuple):
    """What the first workspace has."""

    channel: Channel
    delivery: int
    campaign: int
    rule: int
    evergreen: int
    hook: int
    message: int
    link: int


@pytest.fixture
def theirs(store: Store, simulator: Simulator) -> Theirs:
    hook = store.hooks.add("http://127.0.0.1:9/", list(Topic), "secret")
    channel = connect(store, simulator, "mastodon")
    delivery = schedule(store, channel, "Hello.", at=store.now() + timedelta(hours=1))
    campaign = store.deliveries.get(delivery).campaign_id
    (rule_id,) = store.recurrences.add(ARTICLE, [channel], DAILY, options={})
    (evergreen,) = store.evergreens.add(
        ARTICLE, [channel], cooldown=timedelta(days=1), most=3, options={}
    )
    store.deliveries.cancel(schedule(store, channel, "Never."))
    store.credentials.begin(channel.id, Standing(store.now()))
    with store.database.write() as connection:
        tried = {"delivery_id": delivery, "fence": 1, "started_at": store.now()}
        connection.execute(sa.insert(attempt).values(tried))
        told = connection.execute(sa.select(sa.func.max(message.c.id))).scalar_one()
    store.review_links.add(campaign, "Kim", may_approve=True, life=timedelta(days=1))
    (link,) = store.review_links.of(campaign)
    return Theirs(channel, delivery, campaign, rule_id, evergreen, hook.id, told, link.id)


@pytest.fixture
def stranger(store: Store) -> Store:
    """The store as another workspace sees it."""
    return store.within(store.workspaces.add("other").id)


READINGS: dict[str, Callable[[Store, Theirs], object]] = {
    "channels": lambda store, _: store.channels.all(),
    "credentials": lambda store, _: store.credentials.all(),
    "deliveries": lambda store, _: store.deliveries.find(),
    "deliveries of a campaign": lambda store, it: store.deliveries.find(campaign_id=it.campaign),
    "counts": lambda store, _: store.deliveries.counts(),
    "events": lambda store, it: store.deliveries.events(it.delivery),
    "attempts": lambda store, it: store.deliveries.attempts(it.delivery),
    "texts": lambda store, it: store.deliveries.texts(it.delivery),
    "rules": lambda store, _: store.recurrences.all(),
    "evergreens": lambda store, _: store.evergreens.all(),
    "hooks": lambda store, _: store.hooks.all(),
    "messages": lambda store, _: store.hooks.messages(),
    "messages of a hook": lambda store, it: store.hooks.messages(it.hook),
    "review links": lambda store, it: store.review_links.of(it.campaign),
}

VERBS: dict[str, Callable[[Store, Theirs], object]] = {
    "channel": lambda store, it: store.channels.get(it.channel.name),
    "channel by id": lambda store, it: store.channels.by_id(it.channel.id),
    "pause": lambda store, it: store.channels.pause(it.channel.id, "no"),
    "resume": lambda store, it: store.channels.resume(it.channel.id),
    "pace": lambda store, it: store.channels.paced(it.channel.id),
    "configure": lambda store, it: store.channels.configure(it.channel, {}, "UTC"),
    "remove": lambda store, it: store.channels.remove(it.channel),
    "secrets": lambda store, it: store.channels.secrets(it.channel.id),
    "credential": lambda store, it: store.credentials.replace(it.channel.id, {}, None, "me"),
    "begin": lambda store, it: store.credentials.begin(it.channel.id, Standing(store.now())),
    "disconnect": lambda store, it: store.credentials.forget(it.channel.id, "me"),
    "channel events": lambda store, it: store.credentials.events(it.channel.id),
    "delivery": lambda store, it: store.deliveries.get(it.delivery),
    "retry": lambda store, it: store.deliveries.retry(it.delivery),
    "cancel": lambda store, it: store.deliveries.cancel(it.delivery),
    "confirm": lambda store, it: store.deliveries.confirm_published(it.delivery, "https://e.org"),
    "absent": lambda store, it: store.deliveries.confirm_absent(it.delivery),
    "approve": lambda store, it: store.reviews.approve(it.delivery, "me"),
    "return": lambda store, it: store.reviews.send_back(it.delivery, "me", "no"),
    "read post": lambda store, it: store.reviews.post(it.delivery),
    "edit": lambda store, it: store.reviews.replace(
        it.delivery, post("mastodon", "Mine."), "me", review_again=False
    ),
    "move": lambda store, it: store.moves.move(it.delivery, Moment(store.now()), "me"),
    "move to next": lambda store, it: store.moves.move_to_next(it.delivery, "me"),
    "swap": lambda store, it: store.moves.swap(it.delivery, it.delivery, "me"),
    "shuffle": lambda store, it: store.moves.shuffle(it.channel, "seed", "me"),
    "slots": lambda store, it: store.places.coming(it.channel, 3),
    "reflow": lambda store, it: store.places.reflow(it.channel, "me"),
    "queue": lambda store, it: store.campaigns.queue(
        ARTICLE, [Order(it.channel, store.now())], options={}, terms=Terms.of(load())
    ),
    "stop rule": lambda store, it: store.recurrences.stop(it.rule, "me"),
    "add rule": lambda store, it: store.recurrences.add(ARTICLE, [it.channel], DAILY, options={}),
    "stop evergreen": lambda store, it: store.evergreens.stop(it.evergreen, "me"),
    "add evergreen": lambda store, it: store.evergreens.add(
        ARTICLE, [it.channel], cooldown=timedelta(days=1), most=1, options={}
    ),
    "hook": lambda store, it: store.hooks.get(it.hook),
    "hook secret": lambda store, it: store.hooks.secret(it.hook),
    "remove hook": lambda store, it: store.hooks.remove(it.hook),
    "enable hook": lambda store, it: store.hooks.enable(it.hook),
    "replay": lambda store, it: store.hooks.replay(it.message),
    "make review link": lambda store, it: store.review_links.add(
        it.campaign, "me", may_approve=True, life=timedelta(days=1)
    ),
    "revoke review link": lambda store, it: store.review_links.revoke(it.link),
}


def test_shows_nothing_of_the_other(store: Store, stranger: Store, theirs: Theirs) -> None:
    for name, reading in READINGS.items():
        assert reading(store, theirs), f"{name}: the test shows nothing"
        assert not reading(stranger, theirs), name


def test_does_nothing_to_the_other(store: Store, stranger: Store, theirs: Theirs) -> None:
    before = store.deliveries.get(theirs.delivery)
    for name, verb in VERBS.items():
        with pytest.raises(NotFound):
            pytest.fail(f"{name}: {verb(stranger, theirs)}")
    assert store.deliveries.get(theirs.delivery) == before
    assert before.state is State.SCHEDULED
    assert store.channels.get(theirs.channel.name) == theirs.channel


def test_what_it_makes_is_its_own(store: Store, stranger: Store, simulator: Simulator) -> None:
    connect(store, simulator, "mastodon")
    channel = connect(stranger, simulator, "mastodon")  # the same name, in another workspace
    hook = stranger.hooks.add("http://127.0.0.1:9/", [Topic.CANCELLED], "secret")
    key = schedule(stranger, channel, "Hello.")
    assert [one.id for one in stranger.deliveries.find()] == [key]
    first = store.within(1)
    campaign = stranger.deliveries.get(key).campaign_id
    stranger.review_links.add(campaign, "me", may_approve=True, life=timedelta(days=1))
    with pytest.raises(NotFound):
        first.review_links.add(campaign, "me", may_approve=True, life=timedelta(days=1))
    assert first.deliveries.find() == []
    assert first.hooks.all() == []
    assert [one.id for one in stranger.hooks.all()] == [hook.id]


def test_hooks_hear_of_their_own_workspace_only(
    store: Store, stranger: Store, theirs: Theirs
) -> None:
    stranger.hooks.add("http://127.0.0.1:9/", list(Topic), "secret")
    store.deliveries.cancel(theirs.delivery)
    assert stranger.hooks.messages() == []
    assert store.hooks.messages(theirs.hook)[0].delivery_id == theirs.delivery


def test_a_freeze_holds_its_own_workspace_only(
    store: Store, stranger: Store, theirs: Theirs, simulator: Simulator, engine: Engine
) -> None:
    mine = schedule(stranger, connect(stranger, simulator, "x"), "Mine.")
    first = store.within(1)
    held = schedule(store, theirs.channel, "Held.")
    (work,) = [one for one in store.claims.claim(timedelta(0), "test") if one.id == held]
    first.switches.freeze("kim", "a mistake")
    assert first.switches.frozen() == "a mistake (kim)"
    assert stranger.switches.frozen() is None
    deliver(engine, work.id, work.fence)
    assert store.deliveries.get(held).state is State.SCHEDULED, "it was in a worker's hands"
    assert store.claims.claim(timedelta(0), "test") == []
    assert store.deliveries.get(mine).state is State.CLAIMED
    assert not stranger.switches.unfreeze()
    assert first.switches.unfreeze()
    assert [one.id for one in store.claims.claim(timedelta(0), "test")] == [held]
    store.switches.freeze("operator", "the machine moves")
    assert stranger.switches.frozen() == "the machine moves (operator)"
