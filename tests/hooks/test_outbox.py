"""News gets into the outbox with the event that it is about, and holds no secret."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from tests.engine.stage import connect, schedule
from tests.hooks.conftest import SECRET

from socialpipe.engine import Engine
from socialpipe.model import Channel, State
from socialpipe.pipeline import deliver
from socialpipe.platforms.http import Http
from socialpipe.schedule.topics import Topic, topic_of
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.hooks import Hook
from socialpipe.store.schema import delivery as table
from socialpipe.store.schema import message
from socialpipe.store.states import Change, move

LONG_AGO = timedelta(hours=1)


def topics(store: Store) -> list[str]:
    return [one.topic for one in reversed(store.hooks.messages())]


def publish(store: Store) -> None:
    http = Http(connect_timeout=1, read_timeout=1, allow_private_hosts=True)
    engine = Engine(store, load(), http, "test", chance=lambda: 0.0)
    for row in store.claims.claim(timedelta(0), "test"):
        deliver(engine, row.id, row.fence)


def test_a_publication_is_told_with_its_address(store: Store, hook: Hook) -> None:
    with Simulator() as simulator:
        key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
        publish(store)
    (told,) = store.hooks.messages()
    body = json.loads(told.body)
    assert (told.topic, told.delivery_id, body["type"]) == ("published", key, "delivery.published")
    assert body["timestamp"].endswith("Z")
    assert body["data"]["delivery"] == key
    assert body["data"]["state"] == "published"
    found = store.deliveries.get(key)
    assert found.receipt is not None
    assert body["data"]["url"] == found.receipt.url
    assert body["data"]["channel"] == body["data"]["platform"] == "mastodon"


def test_late_is_told_after_published(store: Store, hook: Hook) -> None:
    with Simulator() as simulator:
        channel = connect(store, simulator, "mastodon")
        schedule(store, channel, "Late.", at=store.now() - LONG_AGO)
        publish(store)
    assert topics(store) == ["published", "late"]
    (found,) = store.deliveries.find()
    assert "after its time" in store.deliveries.events(found.id)[-1].text


def test_only_what_a_hook_listens_to(store: Store, channel: Channel) -> None:
    hook = store.hooks.add("http://127.0.0.1:9/", [Topic.CANCELLED], SECRET)
    store.deliveries.cancel(schedule(store, channel, "One."))
    schedule(store, channel, "Two.", needs_review=True)
    assert topics(store) == ["cancelled"]
    store.hooks.disable(hook.id, "enough")
    store.deliveries.cancel(schedule(store, channel, "Three."))
    assert topics(store) == ["cancelled"]


def test_held_uncertain_missed_failed(store: Store, channel: Channel, hook: Hook) -> None:
    schedule(store, channel, "Held.", needs_review=True)
    assert topics(store) == ["held"]
    key = schedule(store, channel, "Story.")
    for before, after in (
        (State.SCHEDULED, State.CLAIMED),
        (State.CLAIMED, State.PUBLISHING),
        (State.PUBLISHING, State.UNCERTAIN),
        (State.UNCERTAIN, State.UNCERTAIN),  # looked at again: no news
        (State.UNCERTAIN, State.FAILED),
    ):
        with store.database.write() as connection:
            assert move(connection, key, before, after, Change(store.now(), "test", "because"))
    assert topics(store) == ["held", "uncertain", "failed"]
    assert json.loads(store.hooks.messages()[0].body)["data"]["text"] == "because"


def test_no_event_without_its_message_and_no_message_without_its_event(
    store: Store, channel: Channel, hook: Hook
) -> None:
    key = schedule(store, channel, "Hello.")
    change = Change(store.now(), "test", "cancelled")

    def cancelled_then_broken() -> None:
        with store.database.write() as connection:
            assert move(connection, key, State.SCHEDULED, State.CANCELLED, change)
            assert connection.execute(sa.select(message.c.id)).first() is not None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cancelled_then_broken()
    assert topics(store) == []
    assert store.deliveries.get(key).state is State.SCHEDULED


def test_nothing_secret_in_a_body_or_in_the_table(
    store: Store, channel: Channel, hook: Hook
) -> None:
    store.deliveries.cancel(schedule(store, channel, "Hello."))
    (told,) = store.hooks.messages()
    assert "token-of-the-channel" not in told.body
    with store.database.read() as connection:
        assert SECRET not in str(connection.execute(sa.text("SELECT * FROM hook")).all())
        assert SECRET not in repr(store.hooks.get(hook.id))
    assert store.hooks.secret(hook.id) == SECRET


def test_every_end_of_a_delivery_is_news() -> None:
    assert {topic_of(State.CLAIMED, state) for state in State if state.final} == {
        Topic.PUBLISHED, Topic.FAILED, Topic.CANCELLED, Topic.MISSED,
    }  # fmt: skip
    assert all(topic_of(state, state) is None for state in State)


def test_on_time_is_not_late(store: Store, hook: Hook) -> None:
    with Simulator() as simulator:
        schedule(store, connect(store, simulator, "mastodon"), "On time.")
        with store.database.write() as connection:
            almost = store.now() - timedelta(seconds=load().late_after - 60)
            connection.execute(sa.update(table).values(wanted_at=almost))
        publish(store)
    assert topics(store) == ["published"]
