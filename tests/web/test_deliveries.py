"""The deliveries page: read, live, and open to everybody."""

from __future__ import annotations

from tests.engine.stage import connect, schedule
from tests.web.conftest import OpenPage
from tests.web.looks import axe, no_overflow
from tests.web.visitor import Visitor

from socialpipe.model.people import Role
from socialpipe.simulator import Simulator
from socialpipe.store import Store


def test_shows_each_with_its_reason(owner: Visitor, store: Store, simulator: Simulator) -> None:
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    page = owner.get("/deliveries")
    assert f"delivery-{key}" in page.text
    assert "Hello." in owner.get(f"/deliveries/{key}").text


def test_looks(open_page: OpenPage, store: Store, simulator: Simulator) -> None:
    schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    page = open_page("/deliveries")
    axe(page)
    no_overflow(page)


def test_follows_what_happens(open_page: OpenPage, store: Store, simulator: Simulator) -> None:
    """Another process cancels; the open page says so without being asked."""
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    page = open_page("/deliveries", Role.OPERATOR)
    row = page.locator(f"#delivery-{key}")
    assert row.locator(".state").inner_text() == "scheduled"
    page.wait_for_timeout(500)
    store.deliveries.cancel(key)
    row.locator(".state.cancelled").wait_for(timeout=10_000)
    assert "cancelled" in page.locator("#counts").inner_text()
