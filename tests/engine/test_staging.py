"""Networks with two steps: a container is made once, asked when the answer is lost, made anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.engine.stage import schedule
from tests.engine.test_deliver import look, only, run

from socialpipe.engine import Engine
from socialpipe.model import State
from socialpipe.platforms import poll
from socialpipe.simulator import Simulator
from socialpipe.simulator.call import Call
from socialpipe.simulator.graph import Container
from socialpipe.simulator.networks.threads import Threads


@pytest.fixture
def network(engine: Engine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Threads:
    """Threads, with one delivery for it that is due."""
    monkeypatch.setattr(poll, "PAUSE", 0)
    channel = engine.store.channels.add(
        "threads",
        "threads",
        api_base=simulator.base("threads"),
        settings={},
        secrets={"token": "alice"},
        timezone="UTC",
    )
    schedule(engine.store, channel, "Bread is back. Come early on Monday!")
    found = simulator.network("threads")
    assert isinstance(found, Threads)
    return found


def test_a_lost_release_is_asked_of_its_container_though_the_text_was_cut(
    engine: Engine, simulator: Simulator, network: Threads
) -> None:
    simulator.fault("threads", "drop")
    run(engine)
    (post,) = simulator.posts()
    simulator.ledger.edit(post, "Bread", ())
    assert only(engine.store).state is State.UNCERTAIN
    look(engine)
    assert only(engine.store).state is State.PUBLISHED
    assert (len(simulator.posts()), len(network.containers)) == (1, 1)


def test_a_release_that_never_came_is_made_up_for_with_the_same_container(
    engine: Engine, simulator: Simulator, network: Threads
) -> None:
    simulator.fault("threads", "garbage")
    run(engine)
    look(engine)
    look(engine)
    run(engine)
    assert only(engine.store).state is State.PUBLISHED
    assert (len(simulator.posts()), len(network.containers)) == (1, 1)


def test_a_refused_container_is_made_anew(
    engine: Engine, simulator: Simulator, network: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Threads, "release", _gone)
        run(engine)
    assert only(engine.store).state is State.SCHEDULED
    run(engine, timedelta(minutes=10))
    assert only(engine.store).state is State.PUBLISHED
    assert len(network.containers) == 2


def _gone(self: Threads, call: Call) -> Container:
    del call
    raise self.invalid("The container is gone.", "24/2207008")
