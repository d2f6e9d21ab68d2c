"""Taking a published post down: all its parts, once, and written down."""

from __future__ import annotations

import pytest
from tests.engine.stage import connect, schedule
from tests.engine.test_deliver import only, run

from socialpipe.engine import Engine
from socialpipe.errors import NotSent, Refused
from socialpipe.model import State
from socialpipe.platforms.mastodon import Mastodon
from socialpipe.simulator import Simulator
from socialpipe.takedown import take_down


@pytest.fixture
def published(engine: Engine, simulator: Simulator) -> int:
    """A thread of three parts that is out."""
    channel = connect(engine.store, simulator, "mastodon")
    delivery = schedule(engine.store, channel, "One.", "Two.", "Three.")
    run(engine)
    return delivery


def left(simulator: Simulator) -> list[str]:
    return [post.text for post in simulator.posts() if not post.deleted]


def test_every_part_goes_and_it_is_written_down(
    engine: Engine, simulator: Simulator, published: int
) -> None:
    take_down(engine, published)
    found = only(engine.store)
    assert left(simulator) == []
    assert (found.state, found.deleted_at is not None) == (State.PUBLISHED, True)
    assert engine.store.deliveries.events(published)[-1].text == "taken down"


def test_asking_again_asks_no_network(engine: Engine, simulator: Simulator, published: int) -> None:
    take_down(engine, published)
    calls, events = len(simulator.calls()), len(engine.store.deliveries.events(published))
    take_down(engine, published)
    assert len(simulator.calls()) == calls
    assert len(engine.store.deliveries.events(published)) == events


def test_an_interrupted_one_is_asked_for_again(
    engine: Engine, simulator: Simulator, published: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Mastodon, "delete", _fails_on_the_first_part)
        with pytest.raises(NotSent):
            take_down(engine, published)
    assert left(simulator) == ["One."]
    assert only(engine.store).deleted_at is None
    take_down(engine, published)
    assert left(simulator) == []


def _fails_on_the_first_part(self: Mastodon, receipt: object) -> None:
    id_of_part = getattr(receipt, "id", "")
    if self.call("GET", f"/api/v1/statuses/{id_of_part}").get("in_reply_to_id") is None:
        raise NotSent("The network is away.")
    self.call("DELETE", f"/api/v1/statuses/{id_of_part}")


def test_what_is_not_out_cannot_be_taken_down(engine: Engine, simulator: Simulator) -> None:
    waiting = schedule(engine.store, connect(engine.store, simulator, "mastodon"), "Wait.")
    with pytest.raises(Refused, match="delivery cancel"):
        take_down(engine, waiting)


def test_what_a_person_named_is_left_to_the_person(engine: Engine, simulator: Simulator) -> None:
    delivery = schedule(engine.store, connect(engine.store, simulator, "telegram"), "Hello.")
    simulator.fault("telegram", "drop")
    run(engine)
    engine.store.deliveries.confirm_published(delivery, "https://t.me/channel/1")
    with pytest.raises(Refused, match=r"by hand: https://t\.me/channel/1"):
        take_down(engine, delivery)


def test_the_same_post_may_go_out_again(
    engine: Engine, simulator: Simulator, published: int
) -> None:
    take_down(engine, published)
    channel = engine.store.channels.get("mastodon")
    schedule(engine.store, channel, "One.", "Two.", "Three.")
    run(engine)
    assert left(simulator) == ["One.", "Two.", "Three."]
