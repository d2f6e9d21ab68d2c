"""A network that shows another text than was sent: told, and no failure."""

from __future__ import annotations

from tests.engine.stage import connect, schedule
from tests.engine.test_deliver import only, run

from socialpipe.engine import Engine
from socialpipe.model import State
from socialpipe.simulator import Simulator


def story(engine: Engine, delivery: int) -> list[str]:
    return [event.text for event in engine.store.deliveries.events(delivery)]


def test_a_silent_cut_is_told(engine: Engine, simulator: Simulator) -> None:
    channel = connect(engine.store, simulator, "mastodon")
    delivery = schedule(engine.store, channel, "Bread is back on Monday. Come early!")
    simulator.fault("mastodon", "cut")
    run(engine)
    told = [text for text in story(engine, delivery) if "cut the text" in text]
    (post,) = simulator.posts()
    assert only(engine.store).state is State.PUBLISHED
    assert len(told) == 1
    assert simulator.network("mastodon").url(post) in told[0]


def test_a_text_that_arrived_as_sent_is_no_news(engine: Engine, simulator: Simulator) -> None:
    texts = "서울 <여행> & 체크리스트 ✅\n\nhttps://blog.example/1 @brand@mastodon.example"
    channel = connect(engine.store, simulator, "mastodon")
    delivery = schedule(engine.store, channel, texts)
    run(engine)
    assert not [text for text in story(engine, delivery) if "network" in text]
