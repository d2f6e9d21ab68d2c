"""A store whose clock the test sets, and channels and posts on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from socialpipe.model import Article, Channel, Delivery, Part, Post, PostKind, State, Unit
from socialpipe.settings import load
from socialpipe.store import Store
from socialpipe.store.intake import Order, Terms

MONDAY = datetime(2027, 1, 4, tzinfo=UTC)
ARTICLE = Article("Bread is back", "The bakery sold 400 loaves on Monday.")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass
class Desk:
    """The store under test, and what tests do with it all the time."""

    store: Store
    now: datetime = MONDAY

    def channel(self, name: str = "news", zone: str = "UTC", **settings: str) -> Channel:
        """Connect a channel that posts daily at 09:00, unless `settings` say otherwise."""
        return self.store.channels.add(
            name,
            "x",
            api_base=None,
            settings={"slots": "mon-sun 09:00", **settings},
            secrets={},
            timezone=zone,
        )

    def queue(self, *orders: Order, stagger: timedelta = timedelta(0), **terms: Any) -> list[int]:
        """Queue a composed post by each order; return the deliveries."""
        wanted = Terms.of(load(), **terms)
        campaign_id, ids = self.store.campaigns.queue(
            ARTICLE, orders, options={}, terms=wanted, stagger=stagger
        )
        self.compose(f"Post {campaign_id}.")
        return ids

    def compose(self, *texts: str) -> None:
        """Do what a preparing worker does: keep these variants of each post that waits for it."""
        posts = [
            Post("x", PostKind.SINGLE, (Part(text, len(text), 280, Unit.WEIGHTED),))
            for text in texts
        ]
        for campaign_id, fence in self.store.campaigns.claim(100, timedelta(minutes=1)):
            work = self.store.campaigns.begin(campaign_id, fence)
            assert work is not None
            assert self.store.campaigns.finish(
                work, {key: posts for key, _, _ in work.channels}, "test"
            )

    def tick(self) -> None:
        """Do what the keeper does."""
        self.store.calendar.tick(Terms.of(load()), "keeper")

    def run(self) -> None:
        """Hand out what is due until nothing is, and begin each; nothing is sent."""
        while claimed := self.store.claims.claim(timedelta(0), "test"):
            for row in claimed:
                self.store.jobs.begin(row.id, row.fence, "test")

    def get(self, key: int) -> Delivery:
        return self.store.deliveries.get(key)

    def at(self, key: int) -> datetime:
        """When it goes out."""
        return self.get(key).wanted_at

    def times(self) -> list[datetime]:
        """When everything that waits goes out."""
        return [one.wanted_at for one in self.find(State.SCHEDULED)]

    def find(self, *states: State) -> list[Delivery]:
        return self.store.deliveries.find(states=states)

    def told(self, key: int) -> list[str]:
        """What the events of a delivery say."""
        return [event.text for event in self.store.deliveries.events(key)]


@pytest.fixture
def desk(store: Store, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty store on a Monday at midnight UTC."""
    made = Desk(store)
    monkeypatch.setattr(store.database, "now", lambda: made.now)
    return made
