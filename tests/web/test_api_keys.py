"""Idempotency keys and versions at their edges: refusals, other calls, other workspaces."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.engine.stage import connect
from tests.web.conftest import SignIn
from tests.web.visitor import Visitor

from socialpipe.model import Channel
from socialpipe.model.people import Member, Role, Scope
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.idempotency import Call

INVITATIONS = "/api/v1/people/invitations"
INVITED = {"email": "a@b.example", "role": "viewer"}
ARTICLE = "Bees in town\n\nBees live on roofs now. They find more flowers there than in fields."
KEY = {"Idempotency-Key": "one"}
BRAND = {"source": 'name = "Bakery"'}


@pytest.fixture
def channel(store: Store, simulator: Simulator) -> Channel:
    """A channel on the simulator."""
    return connect(store, simulator, "mastodon", "town")


@pytest.fixture
def client(app: FastAPI, store: Store, owner: Visitor) -> TestClient:
    """A program that may everything."""
    return _program(app, store, owner, *Scope)


def _program(app: FastAPI, store: Store, who: Visitor, *scopes: Scope) -> TestClient:
    member = Member(who.person, who.workspace, who.role)
    token = store.sessions.add_token(member, "test", frozenset(scopes))
    return TestClient(
        app, base_url="http://127.0.0.1", headers={"Authorization": f"Bearer {token}"}
    )


@pytest.mark.parametrize(
    ("path", "wrong", "status", "right"),
    [
        (INVITATIONS, {**INVITED, "email": "nobody"}, 400, INVITED),
        (INVITATIONS, {**INVITED, "role": "king"}, 422, INVITED),
        ("/api/v1/brands", {"source": "tone = 5"}, 422, BRAND),
    ],
)
def test_what_was_refused_may_be_put_right(
    client: TestClient, path: str, wrong: dict[str, Any], status: int, right: dict[str, Any]
) -> None:
    assert client.post(path, json=wrong, headers=KEY).status_code == status
    assert client.post(path, json=right, headers=KEY).status_code == 201


def test_what_was_not_allowed_may_be_asked_for_less(
    app: FastAPI, store: Store, owner: Visitor, channel: Channel
) -> None:
    client = _program(app, store, owner, Scope.WRITE)
    body = {"text": ARTICLE, "channels": [channel.name]}
    path = "/api/v1/campaigns"
    assert client.post(path, json={**body, "when": "now"}, headers=KEY).status_code == 403
    assert client.post(path, json=body, headers=KEY).status_code == 201


def test_a_body_that_cannot_be_read_uses_no_key_up(client: TestClient) -> None:
    headers = {**KEY, "Content-Type": "multipart/form-data"}  # it names no boundary
    path = "/api/v1/drafts/files"
    assert client.post(path, content=b"x", headers=headers).status_code == 400
    files = {"file": ("a.txt", ARTICLE.encode())}
    again = client.post(path, files=files, headers=KEY)
    assert again.status_code == 201, again.text


@pytest.mark.parametrize("key", [b"", b"\xe9"])
def test_a_key_has_characters_of_ascii(client: TestClient, key: bytes) -> None:
    headers = [(b"Idempotency-Key", key)]
    assert client.post("/api/v1/brands", json=BRAND, headers=headers).status_code == 400


def test_reading_needs_no_key(client: TestClient) -> None:
    assert client.get("/api/v1/brands", headers=KEY).json() == []
    client.post("/api/v1/brands", json=BRAND)
    again = client.get("/api/v1/brands", headers=KEY)
    assert [one["name"] for one in again.json()] == ["Bakery"]


def test_another_query_is_another_request(client: TestClient) -> None:
    assert client.post("/api/v1/brands?x=1", json=BRAND, headers=KEY).status_code == 201
    assert client.post("/api/v1/brands?x=2", json=BRAND, headers=KEY).status_code == 422


def test_a_repeat_has_the_version_of_what_was_made(client: TestClient) -> None:
    first, again = (client.post("/api/v1/brands", json=BRAND, headers=KEY) for _ in range(2))
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]


def test_a_key_is_of_one_workspace(owner: Visitor, sign_in: SignIn, store: Store) -> None:
    assert owner.call("POST", INVITATIONS, json=INVITED, headers=KEY).status_code == 201
    other = sign_in(Role.OWNER, workspace="other").workspace
    store.people.join(owner.person.id, other.id, Role.OWNER)
    assert owner.post(f"/settings/workspaces/{other.id}/open").status_code == 303
    owner.workspace = other
    assert owner.call("POST", INVITATIONS, json=INVITED, headers=KEY).status_code == 201
    assert [one.email for one in store.tickets.invitations(other.id)] == [INVITED["email"]]


def test_what_was_answered_is_not_released(store: Store) -> None:
    asked = Call("caller", "POST /x", "key", "digest")
    store.idempotency.begin(asked)
    store.idempotency.finish(asked, {"answer": 1})
    store.idempotency.release(asked)
    assert store.idempotency.begin(asked) == {"answer": 1}


def test_an_edit_may_name_several_versions_or_any(client: TestClient) -> None:
    made = client.post("/api/v1/brands", json=BRAND)
    path, tag = made.headers["location"], made.headers["etag"]
    for given in (f'"older", {tag}', "*"):
        answer = client.patch(path, json=BRAND, headers={"If-Match": given})
        assert answer.status_code == 200, given
    assert client.patch(path, json=BRAND, headers={"If-Match": '"older"'}).status_code == 412
