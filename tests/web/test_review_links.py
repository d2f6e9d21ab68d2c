"""The gate for clients without an account: one campaign, and only what the link allows."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.engine.stage import connect, schedule

from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.web import auth
from socialpipe.web.auth import linked
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit


def look(visit: Annotated[Visit, linked(Action.SEE_REVIEW)], token: str) -> dict[str, object]:
    """Say who they are to us."""
    del token
    assert visit.link is not None
    deliveries = visit.store.deliveries.find(campaign_id=visit.link.campaign_id)
    may = [action for action in Action if visit.may(action)]
    return {"actor": visit.actor, "deliveries": [one.id for one in deliveries], "may": may}


def approve(visit: Annotated[Visit, linked(Action.APPROVE)], token: str) -> str:
    """Say that they may."""
    del token
    return visit.actor


def edit(visit: Annotated[Visit, linked(Action.COMPOSE)], token: str) -> str:
    """Never get here."""
    del token
    return visit.actor


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    app.add_api_route("/test/{token}", look)
    app.add_api_route("/test/{token}/approve", approve)
    app.add_api_route("/test/{token}/edit", edit)
    auth.check(app)
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


@pytest.mark.parametrize("may_approve", [True, False])
def test_a_link_allows_what_it_says(
    client: TestClient, store: Store, simulator: Simulator, may_approve: bool
) -> None:
    channel = connect(store, simulator, "mastodon")
    key = schedule(store, channel, "Hello.", at=store.now() + timedelta(hours=1))
    schedule(store, channel, "Another campaign.")
    campaign = store.deliveries.get(key).campaign_id
    life = timedelta(days=1)
    token = store.review_links.add(campaign, "Lee", may_approve=may_approve, life=life)
    said = client.get(f"/test/{token}").json()
    assert said["actor"] == "Lee (review link)"
    assert said["deliveries"] == [key]
    expected = {"see_review", "comment"} | ({"approve"} if may_approve else set())
    assert set(said["may"]) == expected
    assert client.get(f"/test/{token}/approve").status_code == (200 if may_approve else 403)
    assert client.get(f"/test/{token}/edit").status_code == 403
    assert client.get("/deliveries").status_code == 303, "it opens no other page"
    store.review_links.revoke(store.review_links.of(campaign)[0].id)
    assert client.get(f"/test/{token}").status_code == 404
    assert client.get("/test/guessed").status_code == 404
