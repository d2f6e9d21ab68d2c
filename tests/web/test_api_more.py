"""The rest of what pages can do, by the API: people, tokens, brands, queues, reports, links."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.engine.stage import connect, schedule
from tests.web.conftest import SignIn
from tests.web.visitor import Visitor

from socialpipe.model import Channel
from socialpipe.model.people import Member, Role, Scope
from socialpipe.simulator import Simulator
from socialpipe.store import Store

BRAND = 'name = "Bakery"\ntone = "friendly"\n'
Program = Callable[..., TestClient]


@pytest.fixture
def program(app: FastAPI, store: Store, sign_in: SignIn) -> Program:
    """Make programs: program(Role.EDITOR, Scope.READ)."""

    def make(role: Role = Role.OWNER, *scopes: Scope) -> TestClient:
        who = sign_in(role)
        member = Member(who.person, who.workspace, role)
        token = store.sessions.add_token(member, "test", frozenset(scopes or Scope))
        headers = {"Authorization": f"Bearer {token}"}
        return TestClient(app, base_url="http://127.0.0.1", headers=headers)

    return make


@pytest.fixture
def channel(store: Store, simulator: Simulator) -> Channel:
    """A channel on the simulator."""
    return connect(store, simulator, "mastodon", "town")


def test_people_are_invited_and_changed(
    program: Program, store: Store, sign_in: SignIn, anonymous: TestClient
) -> None:
    client, editor = program(), sign_in(Role.EDITOR)
    made = client.post(
        "/api/v1/people/invitations", json={"email": "a@b.example", "role": "viewer"}
    )
    assert anonymous.get(made.json()["link"]).status_code == 200
    (waiting,) = client.get("/api/v1/people/invitations").json()
    assert (waiting["email"], waiting["role"]) == ("a@b.example", "viewer")
    assert client.delete(f"/api/v1/people/invitations/{waiting['id']}").status_code == 204
    assert client.get("/api/v1/people/invitations").json() == []
    path = f"/api/v1/people/{editor.person.id}"
    assert client.put(f"{path}/role", json={"role": "operator"}).json()["role"] == "operator"
    link = client.post(f"{path}/password-link").json()["link"]
    assert anonymous.get(link).status_code == 200
    assert client.post(f"{path}/sign-out").status_code == 204
    assert store.sessions.of(editor.person.id) == []
    assert client.delete(path).status_code == 204
    assert [one["role"] for one in client.get("/api/v1/people").json()] == ["owner"]
    actions = [one["action"] for one in client.get("/api/v1/audit").json()["items"]]
    assert actions[:2] == ["person.remove", "person.sign_out"]


def test_admins_make_no_owners(program: Program, owner: Visitor) -> None:
    admin = program(Role.ADMIN)
    body = {"email": "a@b.example", "role": "owner"}
    assert admin.post("/api/v1/people/invitations", json=body).status_code == 403
    path = f"/api/v1/people/{owner.person.id}"
    assert admin.put(f"{path}/role", json={"role": "viewer"}).status_code == 403
    assert admin.delete(path).status_code == 403
    assert admin.post(f"{path}/password-link").status_code == 403


def test_a_token_makes_none_that_may_more(program: Program, owner: Visitor) -> None:
    client = program(Role.OPERATOR, Scope.ADMIN, Scope.READ)
    body = {"name": "small", "scopes": ["read"]}
    made = client.post("/api/v1/tokens", json=body)
    assert made.json()["token"].startswith("sp_")
    assert client.post("/api/v1/tokens", json=body | {"scopes": ["publish"]}).status_code == 403
    page = client.post("/settings/tokens", data=body | {"scopes": ["publish"]})
    assert page.status_code == 403
    known = {one["name"]: one["id"] for one in client.get("/api/v1/tokens").json()}
    assert client.delete(f"/api/v1/tokens/{known['small']}").status_code == 204
    assert "small" not in client.get("/api/v1/tokens").text


def test_a_freeze_needs_an_installation_of_ones_own(program: Program, store: Store) -> None:
    client = program()
    assert client.post("/api/v1/system/freeze", json={"reason": "x"}).json()["frozen"]
    assert client.post("/api/v1/system/unfreeze").json()["frozen"] is None
    assert client.post("/api/v1/workspaces", json={"name": "Other"}).status_code == 201
    for verb, body in (("freeze", {"reason": "x"}), ("unfreeze", None)):
        refused = client.post(f"/api/v1/system/{verb}", json=body)
        assert refused.status_code == 409
        assert "other workspaces" in refused.json()["detail"]
    assert store.switches.frozen() is None


def test_brands_are_kept_and_no_edit_lost(program: Program) -> None:
    client = program()
    assert client.post("/api/v1/brands", json={"source": "tone = 5"}).status_code == 422
    made = client.post("/api/v1/brands", json={"source": BRAND})
    path, tag = made.headers["location"], made.headers["etag"]
    other = {"source": BRAND.replace("Bakery", "Baker")}
    assert client.patch(path, json=other).status_code == 428
    assert client.patch(path, json=other, headers={"If-Match": tag}).json()["name"] == "Baker"
    assert client.patch(path, json=other, headers={"If-Match": tag}).status_code == 412
    assert [one["name"] for one in client.get("/api/v1/brands").json()] == ["Baker"]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_the_queue_is_swapped_and_shuffled(
    program: Program, channel: Channel, store: Store
) -> None:
    client, soon = program(), store.now() + timedelta(hours=1)
    one = schedule(store, channel, "One.", at=soon)
    other = schedule(store, channel, "Other.", at=soon + timedelta(hours=1))
    swapped = client.post(f"/api/v1/deliveries/{one}/swap", json={"delivery": other}).json()
    assert [told["id"] for told in swapped] == [one, other]
    assert store.deliveries.get(other).wanted_at < store.deliveries.get(one).wanted_at
    for text in ("Three.", "Four.", "Five."):
        body = {"text": f"{text}\n\nAnd more.", "channels": ["town"]}
        assert client.post("/api/v1/campaigns", json=body).status_code == 201
    assert client.post(f"/api/v1/channels/{channel.id}/shuffle").json()["moved"] >= 0


def test_the_calendar_says_what_is_free_and_what_is_in_the_way(
    program: Program, channel: Channel, store: Store
) -> None:
    client, soon = program(), store.now() + timedelta(hours=1)
    keys = [schedule(store, channel, text, at=soon) for text in ("One.", "Other.")]
    told = client.get("/api/v1/calendar", params={"channel": "town"}).json()
    assert [one["delivery"]["id"] for one in told["entries"]] == keys
    assert all("same time" in " ".join(one["marks"]) for one in told["entries"])
    assert told["free"]
    days = {"since": "2027-01-01T00:00:00Z", "until": "2027-12-01T00:00:00Z"}
    assert client.get("/api/v1/calendar", params=days).status_code == 422


def test_all_channels_are_paused_and_resumed(
    program: Program, channel: Channel, store: Store
) -> None:
    client = program()
    store.channels.pause(channel.id, "its credential is dead")
    assert client.post("/api/v1/channels/pause").json() == []
    assert client.post("/api/v1/channels/resume").json() == []  # what is broken stays paused
    store.channels.resume(channel.id)
    assert [one["paused"] for one in client.post("/api/v1/channels/pause").json()] == [True]
    assert [one["paused"] for one in client.post("/api/v1/channels/resume").json()] == [False]


def test_an_article_is_kept_for_free_slots(
    program: Program, channel: Channel, store: Store
) -> None:
    client = program()
    body = {"text": "Bees in town\n\nThey live on roofs.", "channels": ["town"], "most": 3}
    (made,) = client.post("/api/v1/evergreens", json=body).json()
    assert (made["title"], made["most"], made["times"]) == ("Bees in town", 3, 0)
    campaign = client.get("/api/v1/campaigns").json()["items"][0]["id"]
    again = client.post(f"/api/v1/evergreens/campaigns/{campaign}", json={"channels": ["town"]})
    assert again.status_code == 201
    assert client.post(f"/api/v1/evergreens/{made['id']}/stop").json() == {"cancelled": 0}
    assert client.post(f"/api/v1/evergreens/{made['id']}/stop").status_code == 409
    stopped = [one["stopped_at"] is not None for one in client.get("/api/v1/evergreens").json()]
    assert stopped == [True, False]


def test_a_client_gets_a_link(
    program: Program, channel: Channel, store: Store, anonymous: TestClient
) -> None:
    client = program()
    key = schedule(store, channel, "One.", needs_review=True)
    campaign = store.deliveries.get(key).campaign_id
    link = client.post("/api/v1/review-links", json={"campaign": campaign, "name": "Kim"})
    address = link.json()["link"]
    assert anonymous.get(address).status_code == 200
    (known,) = client.get("/api/v1/review-links", params={"campaign": campaign}).json()
    assert (known["name"], known["may_approve"]) == ("Kim", False)
    assert client.delete(f"/api/v1/review-links/{known['id']}").status_code == 204
    assert anonymous.get(address).status_code == 404
    assert client.get("/api/v1/review-links", params={"campaign": 99}).status_code == 404


def test_reports_and_too_little_to_advise(program: Program, channel: Channel, store: Store) -> None:
    client = program()
    key = schedule(store, channel, "One.")
    campaign = store.deliveries.get(key).campaign_id
    told = client.get(f"/api/v1/reports/campaigns/{campaign}").json()
    assert (told["posts"], told["total"]["interactions"]) == ([], 0)
    assert client.get(f"/api/v1/reports/channels/{channel.id}").json()["title"] == "town"
    advice = client.get(f"/api/v1/reports/channels/{channel.id}/best-times")
    assert advice.status_code == 409
    assert "too few" in advice.json()["detail"]
