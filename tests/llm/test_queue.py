"""The timeline of a queued post says who wrote it, and why it was not the model."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tests.conftest import Environment
from tests.engine.stage import connect
from tests.platforms.network import Network, Reply

from socialpipe.engine import Engine
from socialpipe.model import Article
from socialpipe.pipeline import prepare
from socialpipe.platforms.http import Http
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.intake import Order, Terms

ARTICLE = Article("Bread is back", "The bakery on the corner sold 400 loaves.", language="en")
LINE = {"text": "The bakery on the corner sold 400 loaves.", "ids": [1]}
GOOD = json.dumps({"headline": LINE, "hook": LINE, "summary": LINE, "points": [LINE]})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("Sure!", " without the language model: the model answered with something else than JSON"),
        (GOOD, " with stand-in"),
    ],
)
def test_who_wrote_it_is_in_the_timeline(environment: Environment, content: str, told: str) -> None:
    reply = Reply(200, {"choices": [{"message": {"content": content}}]})
    with Network({"POST /chat/completions": reply}) as network, Simulator() as simulator:
        settings = environment(llm_base_url=network.base, llm_model="stand-in")
        store = Store(settings)
        http = Http(connect_timeout=1, read_timeout=1, allow_private_hosts=True)
        engine = Engine(store, settings, http, actor="test")
        order = Order(connect(store, simulator, "mastodon"), store.now() + timedelta(hours=1))
        terms = Terms.of(settings)
        _, (key,) = store.campaigns.queue(ARTICLE, [order], options={"engine": "llm"}, terms=terms)
        for campaign, fence in store.campaigns.claim(1, timedelta(minutes=1)):
            prepare(engine, campaign, fence)
        events = [event.text for event in store.deliveries.events(key)]
        store.close()
    assert f"composed and drawn{told}" in events
