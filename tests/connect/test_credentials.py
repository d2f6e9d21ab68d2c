"""How credentials stand, on both databases."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from tests.connect.conftest import days, stands

from socialpipe.errors import NotFound
from socialpipe.model import Channel
from socialpipe.schedule.topics import Topic
from socialpipe.store import Store
from socialpipe.store.credentials import Standing
from socialpipe.store.schema import channel_event, credential, hook, workspace


@pytest.fixture
def channel(store: Store) -> Channel:
    made = store.channels.add(
        "news", "linkedin", api_base=None, settings={}, secrets={"token": "old"}, timezone="UTC"
    )
    store.credentials.begin(made.id, Standing(issued_at=store.now(), scopes=("a", "b")))
    return made


def test_a_new_credential_takes_the_place_of_the_old_one(store: Store, channel: Channel) -> None:
    store.channels.session(channel.id).save({"accessJwt": "old"})
    now = store.now()
    fresh = Standing(issued_at=now, expires_at=now + timedelta(days=60))
    store.credentials.replace(channel.id, {"token": "new"}, fresh, "operator")
    assert store.channels.secrets(channel.id) == {"token": "new"}
    assert store.channels.session(channel.id).load() is None
    found = store.credentials.get(channel.id)
    assert found is not None
    assert (found.scopes, found.ends_at is not None) == (None, True)
    store.credentials.replace(channel.id, {"token": "pasted"}, None, "operator")
    assert store.credentials.get(channel.id) is None


def test_a_renewal_from_intent_to_store(store: Store, channel: Channel) -> None:
    stands(store, channel, renew_at=store.now() - timedelta(seconds=1))
    assert store.credentials.due(10) == [channel.id]
    store.credentials.intend(channel.id)
    first = store.credentials.get(channel.id)
    store.credentials.intend(channel.id)
    second = store.credentials.get(channel.id)
    assert first is not None
    assert second is not None
    assert second.renewing_since == first.renewing_since is not None  # the first one counts
    store.credentials.postpone(channel.id, store.now() + timedelta(minutes=5), unsent=False)
    assert store.credentials.due(10) == []
    later = store.credentials.get(channel.id)
    assert later is not None
    assert later.renewing_since is not None
    fresh = Standing(issued_at=store.now(), renew_at=store.now() + timedelta(days=1))
    store.credentials.renewed(channel.id, {"token": "new"}, fresh)
    done = store.credentials.get(channel.id)
    assert done is not None
    assert done.renewing_since is None
    assert store.channels.secrets(channel.id) == {"token": "new"}


def test_warnings_reach_the_hooks_of_the_workspace_only(store: Store, channel: Channel) -> None:
    listens = store.hooks.add("https://hook.example/", [Topic.EXPIRING], "whsec_c2VjcmV0")
    deaf = store.hooks.add("https://deaf.example/", [Topic.FAILED], "whsec_c2VjcmV0")
    other = store.hooks.add("https://other.example/", [Topic.EXPIRING], "whsec_c2VjcmV0")
    with store.database.write() as connection:
        values = {"name": "other", "created_at": store.now()}
        made = sa.insert(workspace).values(values).returning(workspace.c.id)
        elsewhere = connection.execute(made).scalar_one()
        moved = sa.update(hook).where(hook.c.id == other.id).values(workspace_id=elsewhere)
        connection.execute(moved)
    stands(store, channel, **days(store, 5.9))
    assert store.credentials.warn("keeper") == 1
    assert store.credentials.warn("keeper") == 0
    (message,) = store.hooks.messages()
    assert message.hook_id == listens.id != deaf.id
    assert message.delivery_id is None
    body = json.loads(message.body)
    assert body["type"] == "channel.expiring"
    assert body["data"]["platform"] == "linkedin"
    assert "ends in 5 days" in body["data"]["text"]
    taken = store.hooks.take(listens.id, timedelta(minutes=1))
    assert taken is not None
    assert taken.delivery_id is None


def test_two_keepers_at_once_warn_once(
    store: Store, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands(store, channel, **days(store, 6))
    write, warned = store.database.write, list[int]()

    def outrun() -> AbstractContextManager[sa.Connection]:
        monkeypatch.setattr(store.database, "write", write)
        warned.append(store.credentials.warn("faster"))
        return write()

    monkeypatch.setattr(store.database, "write", outrun)
    assert (store.credentials.warn("keeper"), warned) == (0, [1])


def test_nobody_is_kept_from_writing_without_need(
    store: Store, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.database, "write", lambda: pytest.fail("it writes"))
    assert store.credentials.warn("keeper") == 0


def test_what_nothing_renews_any_more_is_told_once(store: Store, channel: Channel) -> None:
    store.hooks.add("https://hook.example/", [Topic.DISCONNECTED], "whsec_c2VjcmV0")
    store.credentials.lost(channel.id, "It takes it no more.", "keeper")
    store.channels.refused(channel.id, "It takes it no more.", "worker")
    assert len(store.hooks.messages()) == 1
    assert [one.text for one in store.credentials.events(channel.id)] == ["It takes it no more."]
    assert store.channels.get("news").paused


def test_a_channel_goes_with_its_story(store: Store, channel: Channel) -> None:
    store.credentials.lost(channel.id, "It takes it no more.", "keeper")
    store.channels.remove(channel)
    with store.database.read() as connection:
        for table in (credential, channel_event):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 0


def test_another_workspace_sees_none_of_it(store: Store, channel: Channel) -> None:
    with store.database.write() as connection:
        values = {"name": "other", "created_at": store.now()}
        made = sa.insert(workspace).values(values).returning(workspace.c.id)
        elsewhere = connection.execute(made).scalar_one()
    theirs = store.within(elsewhere).credentials
    assert theirs.all() == {}
    fresh = Standing(issued_at=store.now())
    for touch in (
        lambda: theirs.events(channel.id),
        lambda: theirs.begin(channel.id, fresh),
        lambda: theirs.replace(channel.id, {}, None, "they"),
        lambda: theirs.renewed(channel.id, {}, fresh),
        lambda: theirs.forget(channel.id, "they"),
    ):
        with pytest.raises(NotFound):
            touch()
    assert list(store.credentials.all()) == [channel.id]
