"""The REST API: keys that make repeats safe, versions that lose no edit, pages, paces, problems."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient
from tests.engine.stage import connect, schedule
from tests.web.conftest import SignIn
from tests.web.visitor import Visitor

from socialpipe.errors import TryAgain
from socialpipe.model import Channel, State
from socialpipe.model.people import Member, Role, Scope
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.feed_entries import Sighting
from socialpipe.store.feeds import Wishes
from socialpipe.store.idempotency import LIFE, Call, Idempotency, UnderWayError
from socialpipe.web.api.kinds import before
from socialpipe.web.api.pace import Pace

ARTICLE = "Bees in town\n\nBees live on roofs now. They find more flowers there than in fields."
Program = Callable[..., TestClient]


@pytest.fixture
def program(app: FastAPI, store: Store, owner: Visitor) -> Program:
    """A program with a token of the owner: program(Scope.READ)."""

    def make(*scopes: Scope) -> TestClient:
        member = Member(owner.person, owner.workspace, owner.role)
        token = store.sessions.add_token(member, "test", frozenset(scopes or Scope))
        headers = {"Authorization": f"Bearer {token}"}
        return TestClient(
            app, base_url="http://127.0.0.1", headers=headers, raise_server_exceptions=False
        )

    return make


@pytest.fixture
def channel(store: Store, simulator: Simulator) -> Channel:
    """A channel on the simulator."""
    return connect(store, simulator, "mastodon", "town")


def _queue(client: TestClient, key: str | None = None, **more: Any) -> Response:
    body = {"text": ARTICLE, "channels": ["town"], **more}
    return client.post(
        "/api/v1/campaigns", json=body, headers={"Idempotency-Key": key} if key else {}
    )


def _is_problem(answer: Response, status: int) -> bool:
    body = answer.json()
    kind = answer.headers["content-type"] == "application/problem+json"
    return kind and answer.status_code == status == body["status"] and bool(body["detail"])


# Campaigns


def test_an_article_is_queued_and_read(program: Program, channel: Channel, store: Store) -> None:
    client = program()
    made = _queue(client, review=True)
    assert made.status_code == 201
    key = made.json()["deliveries"][0]["id"]
    assert store.deliveries.get(key).needs_review
    read = client.get(made.headers["location"]).json()
    assert read["title"] == "Bees in town"
    assert [one["id"] for one in read["deliveries"]] == [key]
    assert store.deliveries.events(key)[0].actor == "owner@main.example"
    assert client.get("/api/v1/campaigns", params={"q": "FLOWERS"}).json()["items"]
    assert not client.get("/api/v1/campaigns", params={"q": "wasps"}).json()["items"]


@pytest.mark.parametrize(
    "wish",
    [
        {"when": "at", "at": "2099-01-31T09:00:00"},  # naive: nobody knows which instant
        {"when": "at"},
        {"at": "2099-01-31T09:00:00Z"},
        {"url": "https://example.org/"},
        {"text": "Nothing"},
        {"text": "A\0\n\nB"},
        {"reviwe": True},
        {"options": {"template": "no such"}},
        {"not_before": "2099-02-01T00:00:00Z", "expires_at": "2099-01-01T00:00:00Z"},
    ],
)
def test_what_cannot_be_is_refused(
    program: Program, channel: Channel, store: Store, wish: dict[str, Any]
) -> None:
    assert _is_problem(_queue(program(), **wish), 422)
    assert not store.deliveries.find()


def test_a_file_is_no_address(program: Program, channel: Channel) -> None:
    body = {"url": "file:///etc/passwd", "channels": ["town"]}
    assert _is_problem(program().post("/api/v1/campaigns", json=body), 422)


def test_now_needs_the_right_to_publish(program: Program, channel: Channel) -> None:
    assert _is_problem(_queue(program(Scope.WRITE), when="now"), 403)
    assert _queue(program(Scope.WRITE)).status_code == 201
    assert _queue(program(Scope.WRITE, Scope.PUBLISH), when="now").status_code == 201


def test_a_time_must_be_to_come(program: Program, channel: Channel, store: Store) -> None:
    past = (store.now() - timedelta(hours=1)).isoformat()
    assert _is_problem(_queue(program(), when="at", at=past), 409)
    soon = store.now() + timedelta(hours=1)
    made = _queue(program(), when="at", at=soon.isoformat()).json()
    wanted = store.deliveries.get(made["deliveries"][0]["id"]).wanted_at
    assert abs(wanted - soon) < timedelta(seconds=1)


# Idempotency


def test_a_repeat_is_answered_alike_and_does_nothing(
    program: Program, channel: Channel, store: Store
) -> None:
    client = program()
    first, again = _queue(client, "one"), _queue(client, "one")
    assert (first.text, first.headers["location"]) == (again.text, again.headers["location"])
    assert again.status_code == 201
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert len(store.deliveries.find()) == 1


def test_a_key_belongs_to_one_body_one_route_and_one_token(
    program: Program, channel: Channel, store: Store
) -> None:
    client = program()
    _queue(client, "one")
    assert _is_problem(_queue(client, "one", review=True), 422)
    assert _queue(program(), "one").status_code == 201
    assert len(store.deliveries.find()) == 2
    headers = {"Idempotency-Key": "one"}
    freeze = client.post("/api/v1/system/freeze", json={"reason": "x"}, headers=headers)
    assert freeze.status_code == 200


def test_a_refusal_sets_the_key_free(program: Program, channel: Channel) -> None:
    client = program()
    assert _queue(client, "one", channels=["nowhere"]).status_code == 404
    assert _queue(client, "one").status_code == 201


def test_a_call_that_died_is_not_done_again(
    program: Program, channel: Channel, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The campaign is stored, then the database goes away before the answer is known."""
    client = program()

    def away(*_: object) -> None:
        raise TryAgain("The database is away.")

    with monkeypatch.context() as patch:
        patch.setattr(type(store.audit), "note", away)
        assert _is_problem(_queue(client, "one"), 503)
    assert _is_problem(_queue(client, "one"), 409)
    assert len(store.deliveries.find()) == 1


def test_a_replay_asks_again_who_may(
    program: Program, channel: Channel, store: Store, sign_in: SignIn
) -> None:
    editor = sign_in(Role.EDITOR)
    headers = {"Idempotency-Key": "one"}
    body = {"text": ARTICLE, "channels": ["town"]}
    first = editor.call("POST", "/api/v1/campaigns", json=body, headers=headers)
    assert first.status_code == 201
    store.people.join(editor.person.id, editor.workspace.id, Role.VIEWER)
    again = editor.call("POST", "/api/v1/campaigns", json=body, headers=headers)
    assert _is_problem(again, 403)


def test_a_key_is_one_line_of_ascii(program: Program, channel: Channel) -> None:
    assert _is_problem(_queue(program(), "x" * 256), 400)
    assert _is_problem(_queue(program(), "a\tb"), 400)


def test_an_answer_is_sealed_and_forgotten_after_a_day(
    program: Program, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may hold the secret of a hook."""
    client, headers = program(), {"Idempotency-Key": "one"}
    body = {"url": "https://example.org/hook"}
    first = client.post("/api/v1/hooks", json=body, headers=headers).json()
    assert first["secret"].startswith("whsec_")
    assert client.post("/api/v1/hooks", json=body, headers=headers).json() == first
    with store.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM call").all()
    assert first["secret"] not in str(rows)
    later = store.now() + LIFE
    monkeypatch.setattr(store.database, "_clock", lambda: later)
    monkeypatch.setattr("socialpipe.store.database.Database.now", lambda _: later)
    again = client.post("/api/v1/hooks", json=body, headers=headers).json()
    assert again["id"] != first["id"]


def test_only_one_of_two_calls_at_once_goes_on(store: Store) -> None:
    room: Idempotency = store.idempotency
    asked = Call("caller", "POST /x", "key", "digest")
    assert room.begin(asked) is None
    with pytest.raises(UnderWayError):
        room.begin(asked)
    room.release(asked)
    assert room.begin(asked) is None


# Edits


def test_an_edit_names_the_version_that_it_changes(
    program: Program, channel: Channel, store: Store
) -> None:
    client = program()
    key = schedule(store, channel, "Before.", at=store.now() + timedelta(hours=1))
    path = f"/api/v1/deliveries/{key}"
    tag = client.get(path).headers["etag"]
    first, second = {"texts": ["First."]}, {"texts": ["Second."]}
    assert _is_problem(client.patch(path, json=first), 428)
    changed = client.patch(path, json=first, headers={"If-Match": tag})
    assert changed.json()["texts"] == ["First."]
    assert _is_problem(client.patch(path, json=second, headers={"If-Match": tag}), 412)
    assert store.deliveries.texts(key) == ["First."]
    tag = changed.headers["etag"]
    assert client.get(path).headers["etag"] == tag
    assert client.patch(path, json=second, headers={"If-Match": tag}).status_code == 200


def test_an_edit_asks_for_little(program: Program, channel: Channel, store: Store) -> None:
    """Every statement lets other threads go first: with many of them, many edits wait for long."""
    client, asked = program(), list[str]()
    key = schedule(store, channel, "Before.", at=store.now() + timedelta(hours=1))

    def note(*told: Any) -> None:
        asked.append(told[2])

    path = f"/api/v1/deliveries/{key}"
    tag = client.get(path).headers["ETag"]
    sa.event.listen(store.database.engine, "before_cursor_execute", note)
    answer = client.patch(path, json={"texts": ["Another."]}, headers={"If-Match": tag})
    sa.event.remove(store.database.engine, "before_cursor_execute", note)
    assert answer.status_code == 200
    assert len(asked) <= 20


def test_of_two_edits_of_one_version_at_once_one_is_refused(
    program: Program, channel: Channel, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have been compared with what was there before either was stored."""
    key = schedule(store, channel, "Before.", at=store.now() + timedelta(hours=1))
    monkeypatch.setattr("socialpipe.web.api.delivery_verbs.check", lambda *_: _other(store, key))
    path = f"/api/v1/deliveries/{key}"
    for wish in ({"texts": ["Mine."]}, {"at": (store.now() + timedelta(days=1)).isoformat()}):
        assert _is_problem(program().patch(path, json=wish, headers={"If-Match": "*"}), 409)
    assert store.deliveries.texts(key) == ["Theirs."]


def _other(store: Store, key: int) -> None:
    from dataclasses import replace

    made = store.reviews.post(key)
    theirs = replace(made, parts=(replace(made.parts[0], text="Theirs."),))
    store.reviews.replace(key, theirs, "somebody", review_again=False)


def test_a_text_must_fit(program: Program, channel: Channel, store: Store) -> None:
    key = schedule(store, channel, "Before.", at=store.now() + timedelta(hours=1))
    client, path = program(), f"/api/v1/deliveries/{key}"
    for texts in (["x" * 10_000], ["One.", "Two."]):
        answer = client.patch(path, json={"texts": texts}, headers={"If-Match": "*"})
        assert _is_problem(answer, 409)


def test_a_move_is_an_edit(program: Program, channel: Channel, store: Store) -> None:
    key = schedule(store, channel, "Before.", at=store.now() + timedelta(hours=1))
    client, path = program(), f"/api/v1/deliveries/{key}"
    tag, at = client.get(path).headers["etag"], store.now() + timedelta(days=2)
    wish = {"at": at.isoformat()}
    assert client.patch(path, json=wish, headers={"If-Match": tag}).status_code == 200
    assert abs(store.deliveries.get(key).wanted_at - at) < timedelta(seconds=1)
    assert _is_problem(client.patch(path, json=wish, headers={"If-Match": tag}), 412)
    past = {"at": (store.now() - timedelta(hours=1)).isoformat()}
    assert _is_problem(client.patch(path, json=past, headers={"If-Match": "*"}), 409)


def test_a_timetable_has_a_version(program: Program, channel: Channel, store: Store) -> None:
    client, path = program(), f"/api/v1/channels/{channel.id}"
    tag = client.get(path).headers["etag"]
    wish = {"slots": "mon 10:00", "timezone": "Asia/Seoul"}
    assert _is_problem(client.patch(path, json=wish), 428)
    assert client.patch(path, json=wish, headers={"If-Match": tag}).status_code == 200
    assert _is_problem(client.patch(path, json=wish, headers={"If-Match": tag}), 412)
    assert client.get(f"{path}/slots").json()[0]["zone"] == "Asia/Seoul"
    bad = client.patch(path, json={"slots": "someday"}, headers={"If-Match": "*"})
    assert _is_problem(bad, 400)


# Deliveries


def test_verbs(program: Program, channel: Channel, store: Store) -> None:
    client = program()
    key = schedule(store, channel, "Hello.", at=store.now() + timedelta(hours=1), needs_review=True)
    path = f"/api/v1/deliveries/{key}"
    returned = client.post(f"{path}/return", json={"comment": "Shorter!"})
    assert returned.json()["state"] == "in_review"
    assert client.post(f"{path}/approve").json()["state"] == "scheduled"
    assert client.post(f"{path}/next-slot").json()["state"] == "scheduled"
    assert client.post(f"{path}/cancel").json()["state"] == "cancelled"
    assert _is_problem(client.post(f"{path}/retry"), 409)
    assert _is_problem(client.post(f"{path}/confirm", json={"absent": True}), 409)
    assert _is_problem(client.delete(path), 409)
    told = client.get(path).json()
    assert [event["state"] for event in told["events"]][-1] == "cancelled"
    assert client.get(f"{path}/explanation").json()["who"]


def test_what_is_out_is_confirmed(program: Program, channel: Channel, store: Store) -> None:
    key = schedule(store, channel, "Hello.", at=store.now() + timedelta(hours=1))
    client, path = program(), f"/api/v1/deliveries/{key}/confirm"
    assert _is_problem(client.post(path, json={}), 422)
    told = client.post(path, json={"published_url": "https://town.example/1"}).json()
    assert (told["state"], told["url"]) == ("published", "https://town.example/1")


# Lists


def test_pages_are_stable_while_things_come(
    program: Program, channel: Channel, store: Store
) -> None:
    client = program()
    keys = [schedule(store, channel, f"Number {n}.") for n in range(5)]
    seen, cursor = [], None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = client.get("/api/v1/deliveries", params=params).json()
        seen += [one["id"] for one in page["items"]]
        schedule(store, channel, f"More {len(seen)}.")
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == keys[::-1]


def test_filters(program: Program, channel: Channel, store: Store) -> None:
    client = program()
    key = schedule(store, channel, "One.", at=store.now() + timedelta(days=3))
    other = schedule(store, channel, "Two.")
    store.deliveries.cancel(other)

    def found(**params: Any) -> list[int]:
        answer = client.get("/api/v1/deliveries", params=params)
        return [one["id"] for one in answer.json()["items"]]

    assert found(state=["cancelled", "failed"]) == [other]
    assert found(since=(store.now() + timedelta(days=1)).isoformat()) == [key]
    assert found(until=(store.now() + timedelta(days=1)).isoformat()) == [other]
    assert found(channel="elsewhere") == []
    assert found(q="TITLE") == [other, key]
    assert found(campaign=store.deliveries.get(key).campaign_id) == [key]


@pytest.mark.parametrize("cursor", ["x", "MA", "LTE", "éé", "OTk5OTk5OTk5OTk5OTk5OTk5OTk"])
def test_a_cursor_of_somebody_else_is_refused(program: Program, cursor: str) -> None:
    answer = program().get("/api/v1/deliveries", params={"cursor": cursor})
    assert _is_problem(answer, 400)


def test_a_cursor_is_what_it_was() -> None:
    assert before("NDI") == 42


# The rest


def test_channels_tell_no_secret(program: Program, channel: Channel) -> None:
    client = program()
    for path in ("", f"/{channel.id}"):
        assert "token-mastodon" not in client.get(f"/api/v1/channels{path}").text
    assert client.post(f"/api/v1/channels/{channel.id}/pause").json()["paused"]
    assert not client.post(f"/api/v1/channels/{channel.id}/resume").json()["paused"]


def test_a_preview_stores_nothing(program: Program, store: Store) -> None:
    body = {"text": ARTICLE, "platforms": ["x", "bluesky"]}
    told = program().post("/api/v1/previews", json=body).json()
    assert [one["platform"] for one in told["posts"]] == ["x", "bluesky"]
    assert all(0 < part["length"] <= part["limit"] for p in told["posts"] for part in p["parts"])
    assert not store.library.search("", 10)


def test_platforms_and_lengths(program: Program) -> None:
    client = program(Scope.READ)
    assert "mastodon" in [one["name"] for one in client.get("/api/v1/platforms").json()]
    told = client.post("/api/v1/platforms/count", json={"platform": "x", "text": "한국어"}).json()
    assert (told["length"], told["limit"], told["fits"]) == (6, 280, True)
    unknown = client.post("/api/v1/platforms/count", json={"platform": "no", "text": "x"})
    assert _is_problem(unknown, 404)


def test_freeze_is_told(program: Program, store: Store) -> None:
    client = program()
    told = client.post("/api/v1/system/freeze", json={"reason": "A typo"}).json()
    assert "A typo" in told["frozen"]
    assert client.get("/api/v1/system/health").json() == told
    assert client.post("/api/v1/system/unfreeze").json()["frozen"] is None
    assert [one.action for one in store.audit.of(1)][:2] == ["unfreeze", "freeze"]


def test_hooks(program: Program, channel: Channel, store: Store) -> None:
    client = program()
    body = {"url": "https://example.org/hook", "events": ["cancelled"]}
    made = client.post("/api/v1/hooks", json=body)
    key = made.json()["id"]
    assert made.json()["secret"] == store.hooks.secret(key)
    assert "secret" not in client.get(f"/api/v1/hooks/{key}").json()
    store.deliveries.cancel(schedule(store, channel, "Hello."))
    (message,) = client.get(f"/api/v1/hooks/{key}/messages").json()
    assert message["event"] == "cancelled"
    assert client.post(f"/api/v1/hooks/messages/{message['id']}/replay").status_code == 204
    assert client.delete(f"/api/v1/hooks/{key}").status_code == 204
    assert client.get("/api/v1/hooks").json() == []
    secret = client.post("/api/v1/hooks", json={"url": "https://me:pass@example.org/"})
    assert _is_problem(secret, 422)


def test_feeds(program: Program, channel: Channel, store: Store) -> None:
    client = program()
    sighting = Sighting("https://example.org/feed", "News", ())
    wishes = Wishes({}, at_once=False, needs_review=True, interval=timedelta(minutes=15))
    key = store.feeds.add(sighting, [channel], wishes).id
    told = client.get(f"/api/v1/feeds/{key}").json()
    assert (told["channels"], told["review"], told["newest"]) == (["town"], True, [])
    assert client.post(f"/api/v1/feeds/{key}/stop").json()["next_look"] is None
    assert client.post(f"/api/v1/feeds/{key}/check").json()["stopped_at"] is None
    body = {"url": "http://127.0.0.1:9/feed", "channels": ["town"]}
    assert _is_problem(client.post("/api/v1/feeds", json=body), 422)


def test_every_error_is_a_problem(program: Program, anonymous: TestClient) -> None:
    client = program()
    assert _is_problem(client.get("/api/v1/nothing"), 404)
    assert _is_problem(client.put("/api/v1/campaigns"), 405)
    assert _is_problem(client.get("/api/v1/deliveries/0"), 422)
    assert _is_problem(client.get("/api/v1/deliveries/987654321"), 404)
    assert _is_problem(anonymous.get("/api/v1/deliveries"), 401)
    assert _is_problem(client.post("/api/v1/campaigns", content=b"{"), 422)
    assert _is_problem(client.post("/api/v1/campaigns", content=b"x" * 3_000_000), 413)


def test_a_token_has_its_pace(program: Program, app: FastAPI) -> None:
    app.state.pace = Pace(2)
    client = program()
    first, second, third = (client.get("/api/v1/channels") for _ in range(3))
    assert first.headers["ratelimit-policy"] == '"token";q=2;w=60'
    assert [one.headers["ratelimit"][:11] for one in (first, second)] == [
        '"token";r=1',
        '"token";r=0',
    ]
    assert _is_problem(third, 429)
    assert 1 <= int(third.headers["retry-after"]) <= 30
    assert program().get("/api/v1/channels").status_code == 200


def test_a_pace_refills() -> None:
    now = [0.0]
    pace = Pace(60, clock=lambda: now[0])
    assert [pace.take("a").allowed for _ in range(61)][-2:] == [True, False]
    assert pace.take("a").wait == 1
    now[0] = 2.0
    assert [pace.take("a").allowed for _ in range(3)] == [True, True, False]
    assert pace.take("b").left == 59


def test_states_are_those_of_the_model(program: Program) -> None:
    told = program().get("/api/v1/openapi.json").json()
    assert set(told["components"]["schemas"]["State"]["enum"]) == set(State)
