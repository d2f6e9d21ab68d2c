"""Limits of one channel: its server's own, asked for daily, and what its settings say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.engine.stage import connect

from socialpipe.composing import Options, compose_for
from socialpipe.engine import Engine
from socialpipe.inquiry import with_limits
from socialpipe.model import Article, Channel
from socialpipe.pipeline import prepare
from socialpipe.platforms.limits import limits_of
from socialpipe.simulator import Simulator
from socialpipe.simulator.networks import mastodon
from socialpipe.store import Store
from socialpipe.store.intake import Order, Terms
from socialpipe.store.schema import campaign

POINTS = "\n".join(
    f"- Point {n}: bread needs {n} hours of rest, whatever the book says." for n in range(40)
)
ARTICLE = Article("Bread is back", f"Bread is back in town.\n\n{POINTS}")


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the instance take 3,000 characters and six images."""
    told = {**mastodon.STATUSES, "max_characters": 3000, "max_media_attachments": 6}
    monkeypatch.setattr(mastodon, "STATUSES", told)


def asked(simulator: Simulator) -> int:
    return sum(call.path == "/api/v2/instance" for call in simulator.calls())


@pytest.mark.usefixtures("large")
class TestServers:
    def test_what_a_server_tells_is_kept_and_asked_for_daily(
        self, engine: Engine, simulator: Simulator
    ) -> None:
        channel = with_limits(engine, connect(engine.store, simulator, "mastodon"))
        assert channel.limits == {"text": 3000, "images": 6}
        assert limits_of(engine.store.channels.get("mastodon")).text == 3000
        with_limits(engine, channel)
        assert asked(simulator) == 1
        yesterday = replace(channel, limits_at=engine.store.now() - timedelta(days=1, seconds=1))
        with_limits(engine, yesterday)
        assert asked(simulator) == 2

    def test_a_server_that_is_away_keeps_what_it_told(
        self, engine: Engine, simulator: Simulator
    ) -> None:
        channel = with_limits(engine, connect(engine.store, simulator, "mastodon"))
        simulator.stop()
        again = with_limits(engine, channel, timedelta(0))
        assert again.limits == channel.limits

    def test_a_queued_article_is_composed_for_the_server(
        self, engine: Engine, simulator: Simulator
    ) -> None:
        channel = connect(engine.store, simulator, "mastodon")
        part = prepared(engine, channel)
        assert part[2] == 3000

    def test_settings_outrule_the_server(self, engine: Engine, simulator: Simulator) -> None:
        channel = connect(engine.store, simulator, "mastodon")
        engine.store.channels.configure(channel, {"max_text": "700", "max_alt": "90"}, "UTC")
        part = prepared(engine, engine.store.channels.get("mastodon"))
        limits = limits_of(engine.store.channels.get("mastodon"))
        assert (part[2], limits.text, limits.alt, limits.images) == (700, 700, 90, 6)


def prepared(engine: Engine, channel: Channel) -> Any:
    """Queue an article and prepare it; return text, length, limit and unit of the first part."""
    store = engine.store
    orders = [Order(channel, store.now())]
    key, _ = store.campaigns.queue(ARTICLE, orders, options={}, terms=Terms.of(engine.settings))
    ((_, fence),) = store.campaigns.claim(1, timedelta(minutes=1))
    prepare(engine, key, fence)
    return first_part(store, key)


def first_part(store: Store, key: int) -> Any:
    import sqlalchemy as sa

    from socialpipe.store.schema import post

    with store.database.read() as connection:
        query = sa.select(post.c.body).where(post.c.campaign_id == key)
        assert connection.execute(sa.select(campaign.c.state)).scalar_one() == "ready"
        return connection.execute(query).scalar_one()["parts"][0]


def test_platforms_that_tell_nothing_are_not_asked(engine: Engine, simulator: Simulator) -> None:
    channel = connect(engine.store, simulator, "telegram")
    assert with_limits(engine, channel) == channel
    assert simulator.calls() == []


def test_long_posts_are_a_setting_of_the_account(engine: Engine, simulator: Simulator) -> None:
    channel = connect(engine.store, simulator, "x")
    assert limits_of(channel).text == 280
    assert limits_of(replace(channel, settings={"long_posts": "true"})).text == 25_000


def test_two_channels_of_one_platform_have_texts_of_their_own(
    engine: Engine, simulator: Simulator
) -> None:
    channel = connect(engine.store, simulator, "x")
    long = limits_of(replace(channel, settings={"long_posts": "yes"}))
    channels = {"short": "x", "long": "x"}
    made = compose_for(ARTICLE, channels, Options(), limits={"long": long})
    lengths = {name: made.posts[name][0].parts[0].limit for name in channels}
    assert lengths == {"short": 280, "long": 25_000}
