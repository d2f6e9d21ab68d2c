"""A credential that a network refuses while it publishes: the channel waits, and people hear."""

from __future__ import annotations

import json
from datetime import timedelta

from tests.cli.conftest import Command
from tests.connect.conftest import days, let_in, stands
from tests.engine.stage import schedule
from tests.servers.oidc import Provider

from socialpipe.engine import Engine
from socialpipe.model import Channel, State
from socialpipe.pipeline import deliver
from socialpipe.platforms import registry
from socialpipe.preflight import known
from socialpipe.renewal import app_of, flow_of
from socialpipe.schedule.topics import Topic


def run(engine: Engine) -> None:
    for row in engine.store.claims.claim(timedelta(0), "test"):
        deliver(engine, row.id, row.fence)


def test_a_revoked_grant_pauses_the_channel_and_connecting_resumes_it(
    engine: Engine, channel: Channel, provider: Provider, socialpipe: Command
) -> None:
    store = engine.store
    hook = store.hooks.add("https://hook.example/", [Topic.DISCONNECTED], "whsec_c2VjcmV0")
    held = store.channels.secrets(channel.id)
    flow_of(registry.load("x"), engine.http, channel, app_of(held)).revoke(held)
    keys = [schedule(store, channel, f"Post {n}.") for n in range(2)]
    run(engine)
    run(engine)
    paused = store.channels.get("news")
    assert paused.paused
    assert "socialpipe channel connect x news" in (paused.pause_reason or "")
    assert {store.deliveries.get(key).state for key in keys} <= {State.SCHEDULED, State.CLAIMED}
    (message,) = store.hooks.messages(hook.id)  # told once, however many posts met it
    assert json.loads(message.body)["type"] == "channel.disconnected"
    shown = socialpipe("channel", "show", "news", "--json").json
    assert shown["credential"]["problem"]
    assert shown["events"][0]["text"] == "connected with a new credential"
    let_in(engine, provider)
    assert not store.channels.get("news").paused
    run(engine)
    for key in keys:
        assert store.deliveries.get(key).state in {State.PUBLISHED, State.CLAIMED}


def test_what_is_due_after_the_end_is_warned_of(engine: Engine, channel: Channel) -> None:
    store = engine.store
    stands(store, channel, **days(store, 3))
    soon, late = store.now() + timedelta(days=2), store.now() + timedelta(days=4)
    assert known(store, engine.settings, channel, soon) == []
    (warning,) = known(store, engine.settings, channel, late)
    assert "before this is due" in warning
    assert "socialpipe channel connect x news" in warning
