"""A channel on the simulator and deliveries on it, without composing anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from socialpipe.model import Article, Card, Channel, Part, Post, PostKind, Unit
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.intake import Order, Terms
from socialpipe.store.schema import campaign

ACCOUNTS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "x": ({}, {"token": "token-x"}),
    "bluesky": ({"identifier": "me.example"}, {"password": "pass-bluesky"}),
    "mastodon": ({}, {"token": "token-mastodon"}),
    "telegram": ({"chat_id": "@channel"}, {"token": "100:token-telegram"}),
}
PLATFORMS = tuple(ACCOUNTS)
ACCOUNTS["instagram"] = ({}, {"token": "token-instagram"})


def post(
    platform: str, *texts: str, cards: tuple[Card, ...] = (), comment: str | None = None
) -> Post:
    """Build a post of these parts."""
    kind = PostKind.SINGLE if len(texts) == 1 else PostKind.THREAD
    parts = tuple(Part(text, len(text), 280, Unit.GRAPHEMES) for text in texts)
    return Post(platform, kind, parts, language="en", cards=cards, first_comment=comment)


def connect(
    store: Store, simulator: Simulator, platform: str, name: str = "", *, own: bool = False
) -> Channel:
    """Add a channel that points at the simulator; `own`: it shares its account with no other."""
    settings, secrets = ACCOUNTS[platform]
    if own:
        settings = {
            key: f"{name}.example" if key == "identifier" else settings[key] for key in settings
        }
        secrets = {key: f"{value}-{name}" for key, value in secrets.items()}
    return store.channels.add(
        name or platform,
        platform,
        api_base=simulator.base(platform),
        settings=settings,
        secrets=secrets,
        timezone="UTC",
    )


def schedule(
    store: Store,
    channel: Channel,
    *texts: str,
    at: datetime | None = None,
    cards: tuple[Card, ...] = (),
    comment: str | None = None,
    title: str = "A title",
    **terms: Any,
) -> int:
    """Put a delivery of a ready-made post into the store and return its id."""
    made = post(channel.platform, *texts, cards=cards, comment=comment)
    return schedule_many(store, [(channel, made)], at=at, title=title, **terms)[0]


def schedule_many(
    store: Store,
    posts: Sequence[tuple[Channel, Post]],
    *,
    at: datetime | None = None,
    title: str = "A title",
    **terms: Any,
) -> list[int]:
    """Put one campaign's deliveries of ready-made posts into the store."""
    orders = [Order(channel, at or store.now()) for channel, _ in posts]
    campaign_id, ids = store.campaigns.queue(
        Article(title, "A text."), orders, options={}, terms=Terms.of(load(), **terms)
    )
    work = store.campaigns.begin(campaign_id, _seize(store, campaign_id))
    assert work is not None
    assert store.campaigns.finish(work, {channel.id: [made] for channel, made in posts}, "test")
    return ids


def _seize(store: Store, campaign_id: int) -> int:
    """Claim the campaign, also from a dispatcher that was faster; return the fence."""
    mine = {"state": "claimed", "lease_until": store.now() + timedelta(minutes=1)}
    query = sa.update(campaign).where(campaign.c.id == campaign_id)
    with store.database.write() as connection:
        fence: int = connection.execute(
            query.values(fence=campaign.c.fence + 1, **mine).returning(campaign.c.fence)
        ).scalar_one()
    return fence


def with_text(made: Post, text: str) -> Post:
    """Copy a post with another first part."""
    return replace(made, parts=(replace(made.parts[0], text=text), *made.parts[1:]))
