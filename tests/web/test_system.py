"""The system page: who works, what is used up, what ends, what is wrong; and whose it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from fastapi import FastAPI
from tests.engine.stage import connect, schedule
from tests.web.conftest import OpenPage, SignIn
from tests.web.visitor import Visitor

from socialpipe.checkup import Spent
from socialpipe.errors import TryAgain
from socialpipe.model import Channel, State
from socialpipe.model.people import Role
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.credentials import Standing
from socialpipe.store.keyring import KeyRing
from socialpipe.store.schema import channel
from socialpipe.store.states import Change, move
from socialpipe.store.trends import HOURS, Trends
from socialpipe.store.vault import Vault
from socialpipe.web.pages.system import points
from socialpipe.worker.backstage import RedisBackstage


@dataclass
class Rigged:
    """A broker that says what a test wants to hear."""

    shut: dict[str, float] = field(default_factory=dict)
    is_there: bool = True

    def version(self) -> str:
        """Return a version."""
        self._check()
        return "8.0.0"

    def breakers(self, platforms: Iterable[str]) -> dict[str, float]:
        """Return what was set."""
        self._check()
        return {name: self.shut.get(name, 0.0) for name in platforms}

    def budgets(self, channels: Iterable[Channel]) -> dict[int, list[Spent]]:
        """Return one that is half used up."""
        self._check()
        half = [Spent(300, 10_800.0, 0.5)]
        return {channel.id: half for channel in channels if channel.platform == "mastodon"}

    def _check(self) -> None:
        if not self.is_there:
            raise TryAgain("Redis cannot be reached.", "Start it: socialpipe up")


def test_says_who_does_not_work_and_what_to_do(owner: Visitor, store: Store) -> None:
    store.heartbeats.beat("keeper", "test")
    page = owner.get("/system").text
    assert "not running: publish worker, prepare worker, dispatcher" in page
    assert "Start them: socialpipe up" in page


def test_says_that_credentials_are_shut(owner: Visitor, store: Store, simulator: Simulator) -> None:
    connect(store, simulator, "mastodon")
    assert "1 connected" in owner.get("/system").text
    other = Vault(KeyRing([Fernet.generate_key().decode()]))
    with store.database.write() as connection:
        connection.execute(sa.update(channel).values(secrets=other.seal({})))
    assert "cannot be decrypted with this key" in owner.get("/system").text


def test_shows_budgets_breakers_and_expiries(
    owner: Visitor, app: FastAPI, store: Store, simulator: Simulator
) -> None:
    app.state.backstage = Rigged(shut={"bluesky": 90.0})
    channel = connect(store, simulator, "mastodon")
    connect(store, simulator, "bluesky")
    now = store.now()
    store.credentials.begin(channel.id, Standing(now, expires_at=now + timedelta(days=2)))
    page = owner.get("/system").text
    for told in ("150/300", "Calls are paused for:", "in 2 days", "version 8.0.0"):
        assert told in page


def test_a_broker_that_is_away_is_a_finding(
    owner: Visitor, app: FastAPI, store: Store, simulator: Simulator
) -> None:
    app.state.backstage = Rigged(is_there=False)
    connect(store, simulator, "mastodon")
    assert "Redis cannot be reached." in owner.get("/system").text


def test_asks_a_redis_that_is_not_there(store: Store, simulator: Simulator) -> None:
    backstage = RedisBackstage(load())
    channel = connect(store, simulator, "mastodon")
    with pytest.raises(TryAgain):
        backstage.breakers(["mastodon"])
    with pytest.raises(TryAgain):
        backstage.budgets([channel])


def test_counts_the_last_day_of_the_workspace_only(
    store: Store, simulator: Simulator, sign_in: SignIn
) -> None:
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    for before, after in (
        (State.SCHEDULED, State.CLAIMED),
        (State.CLAIMED, State.PUBLISHING),
        (State.PUBLISHING, State.UNCERTAIN),
        (State.UNCERTAIN, State.PUBLISHED),
    ):
        change = Change(store.now() + timedelta(seconds=30), "test", "test")
        with store.database.write() as connection:
            assert move(connection, key, before, after, change)
    trend = Trends(store.database).day(timedelta(seconds=10))
    assert (sum(trend.published), sum(trend.late), sum(trend.uncertain)) == (1, 1, 1)
    assert trend.published[HOURS - 1] == 1
    other = sign_in(Role.OWNER, workspace="other").workspace
    theirs = Trends(store.within(other.id).database).day(timedelta(seconds=10))
    assert sum(theirs.published) == 0


def test_a_sparkline_stays_within_its_box() -> None:
    assert points([0, 5, 10], width=100, height=20) == "0.0,18.0 50.0,10.0 100.0,2.0"
    assert points([0, 0], width=10, height=20) == "0.0,18.0 10.0,18.0"


def test_editors_have_no_business_here(sign_in: SignIn) -> None:
    assert sign_in(Role.EDITOR).get("/system").status_code == 403


def test_is_live(
    open_page: OpenPage, app: FastAPI, owner: Visitor, store: Store, simulator: Simulator
) -> None:
    app.state.backstage = Rigged()
    connect(store, simulator, "mastodon")
    page = open_page("/system", locale="ko", visitor=owner)
    store.heartbeats.beat("dispatcher", "test")
    page.locator(".roles .up").first.wait_for(timeout=60_000)
