"""Every platform through the engine, against its stand-in: published once, then taken down."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.stage import post, schedule_many
from tests.engine.test_deliver import run
from tests.simulator.test_adapters import SECRETS, SETTINGS

from socialpipe.engine import Engine
from socialpipe.errors import Rejected
from socialpipe.model import Card, State
from socialpipe.platforms import registry
from socialpipe.platforms.base import Platform
from socialpipe.simulator import Simulator
from socialpipe.takedown import take_down

BY_HAND = {"assisted"}  # it waits for a person
NEEDS_A_HOST = {"instagram"}  # for its images; tests/engine/test_comment.py has one
NAMES = sorted(set(registry.names()) - BY_HAND - NEEDS_A_HOST)


def test_every_platform_publishes_and_deletes(
    engine: Engine, simulator: Simulator, picture: Card, tmp_path: Path
) -> None:
    feed = {"directory": str(tmp_path), "url": "https://feed.example", "title": "News"}
    store = engine.store
    channels = [
        store.channels.add(
            name,
            name,
            api_base=None if name == "feed" else simulator.base(name),
            settings=feed if name == "feed" else SETTINGS.get(name, {}),
            secrets=SECRETS.get(name, {"token": "alice"}),
            timezone="UTC",
        )
        for name in NAMES
    ]
    cards = {"pinterest": (picture,)}
    posts = [
        (one, post(one.name, "Bread is back.", cards=cards.get(one.name, ()))) for one in channels
    ]
    ids = schedule_many(store, posts)
    run(engine)
    states = {one.channel: (one.state, one.reason) for one in store.deliveries.find()}
    assert states == dict.fromkeys(NAMES, (State.PUBLISHED, None))
    assert sorted(p.platform for p in simulator.posts()) == sorted(set(NAMES) - {"feed"})
    for name, key in zip(NAMES, ids, strict=True):
        if registry.load(name).delete is Platform.delete:
            with pytest.raises(Rejected):
                take_down(engine, key)
        else:
            take_down(engine, key)
            assert store.deliveries.get(key).deleted_at is not None
