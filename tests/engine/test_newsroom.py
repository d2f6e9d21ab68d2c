"""What live pages ask the store: each event once, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.engine.stage import connect, schedule

from socialpipe.errors import TryAgain
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.database import Database
from socialpipe.store.newsroom import Newsroom


def test_news_are_told_once(store: Store, simulator: Simulator) -> None:
    channel = connect(store, simulator, "mastodon")
    schedule(store, channel, "Before.")
    room = Newsroom(store.database)
    assert room.fresh() == []
    key = schedule(store, channel, "After.", at=store.now() + timedelta(hours=1))
    fresh = room.fresh()
    assert {one.delivery_id for one in fresh} == {key}
    assert {one.workspace_id for one in fresh} == {1}
    assert room.fresh() == []
    store.deliveries.cancel(key)
    assert [one.delivery_id for one in room.fresh()] == [key]


def test_what_could_not_be_read_is_told_later(
    store: Store, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is away in the moment between noticing and reading."""
    room = Newsroom(store.database)
    room.fresh()
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    with monkeypatch.context() as patched:
        patched.setattr(Database, "read", _away)
        with pytest.raises(TryAgain):
            room.fresh()
    assert {one.delivery_id for one in room.fresh()} == {key}


def _away(_database: Database) -> None:
    raise TryAgain("The database does not answer.", "Wait.")
