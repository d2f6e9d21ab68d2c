"""Channels by name: programs find those of their own workspace, and no other."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.engine.stage import connect
from tests.web.conftest import SignIn

from socialpipe.model.draft import Body
from socialpipe.model.people import Member, Role, Scope
from socialpipe.simulator import Simulator
from socialpipe.store import Store

ARTICLE = "Bees in town\n\nBees live on roofs now. They find more flowers there than in fields."
NEWS = ["news"]


@pytest.fixture
def program(app: FastAPI, store: Store, simulator: Simulator, sign_in: SignIn) -> TestClient:
    """A program of another workspace than the one whose channel is `news`."""
    sign_in(Role.OWNER)
    connect(store, simulator, "mastodon", "news")
    who = sign_in(Role.OWNER, workspace="other")
    member = Member(who.person, who.workspace, who.role)
    token = store.sessions.add_token(member, "test", frozenset(Scope))
    headers = {"Authorization": f"Bearer {token}"}
    return TestClient(app, base_url="http://127.0.0.1", headers=headers)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "campaigns", {"text": ARTICLE, "channels": NEWS}),
        ("POST", "evergreens", {"text": ARTICLE, "channels": NEWS}),
        ("POST", "feeds", {"url": "https://blog.example/feed", "channels": NEWS}),
        ("POST", "drafts", {"text": ARTICLE, "channels": NEWS}),
        ("PATCH", "drafts/{draft}", {"channels": NEWS}),
        ("POST", "drafts/{draft}/queue", {"channels": NEWS}),
        ("GET", "calendar?channel=news", None),
    ],
)
def test_a_channel_of_another_workspace_is_not_found(
    program: TestClient, store: Store, method: str, path: str, body: dict[str, Any] | None
) -> None:
    draft = store.within(store.workspaces.named("other").id).drafts.add(ARTICLE, Body(), "test")
    place = f"/api/v1/{path.format(draft=draft)}"
    answer = program.request(method, place, json=body, headers={"If-Match": "*"})
    assert answer.status_code == 404, answer.text
    assert "no channel 'news'" in answer.json()["detail"]
    assert store.deliveries.find() == []


def test_of_two_of_the_same_name_it_is_one_s_own(
    program: TestClient, store: Store, simulator: Simulator
) -> None:
    own = store.within(store.workspaces.named("other").id)
    channel = connect(own, simulator, "bluesky", "news")
    answer = program.post("/api/v1/campaigns", json={"text": ARTICLE, "channels": NEWS})
    assert answer.status_code == 201
    assert [one.channel_id for one in store.deliveries.find()] == [channel.id]
