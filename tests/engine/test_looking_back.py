"""A look that cannot reach back to when a part was sent proves nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.engine.stage import connect, schedule
from tests.engine.test_deliver import look, only, run

from socialpipe.engine import Engine
from socialpipe.errors import Unknown
from socialpipe.model import Receipt, State
from socialpipe.platforms.base import PartRequest
from socialpipe.platforms.mastodon import Mastodon
from socialpipe.platforms.x import X
from socialpipe.recovery import look_up
from socialpipe.simulator import Simulator
from socialpipe.store.schema import step


def blind(_self: object, _request: PartRequest) -> Receipt | None:
    raise Unknown("X shows too many newer posts to tell whether this one is out.")


def lose_one(engine: Engine, simulator: Simulator, platform: str) -> int:
    key = schedule(engine.store, connect(engine.store, simulator, platform), "Hello.")
    simulator.fault(platform, "drop", count=1)
    run(engine)
    return key


def test_a_person_is_asked(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = lose_one(engine, simulator, "x")
    monkeypatch.setattr(X, "find", blind)
    for _ in range(3):
        look(engine)
        run(engine)
    found = only(engine.store)
    assert (found.state, found.look_at) == (State.UNCERTAIN, None)
    assert "too many newer posts" in (found.reason or "")
    assert len(simulator.posts()) == 1
    with pytest.raises(Unknown):
        look_up(engine, key)


def test_a_key_that_holds_settles_it(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_one(engine, simulator, "mastodon")
    monkeypatch.setattr(Mastodon, "find", blind)
    look(engine)
    run(engine)
    assert only(engine.store).state is State.PUBLISHED
    assert len(simulator.posts()) == 1


def test_it_is_looked_for_since_it_was_sent(
    engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A post may wait for days after it was frozen, before it goes out."""
    lose_one(engine, simulator, "x")
    store, asked = engine.store, []
    late = store.now() + timedelta(days=2)
    with store.database.write() as connection:
        connection.execute(step.update().values(sent_at=late))

    def find(_self: object, request: PartRequest) -> None:
        asked.append(request)

    monkeypatch.setattr(X, "find", find)
    look(engine)
    assert [one.sent_at for one in asked] == [late]
    assert asked[0].created_at < late
