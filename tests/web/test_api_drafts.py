"""Drafts by the API: composed, edited without losing anybody's edit, and queued as they are."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import Response
from PIL import Image
from starlette.testclient import TestClient
from tests.engine.stage import connect
from tests.web.drafts import ARTICLE
from tests.web.visitor import Visitor

from socialpipe.model import Channel, State
from socialpipe.model.people import Member, Scope
from socialpipe.simulator import Simulator
from socialpipe.store import Store

_PATIENCE = 60.0  # s
LONG = "This is a long sentence that says little. " * 40


@pytest.fixture
def channel(store: Store, simulator: Simulator) -> Channel:
    """A channel on the simulator."""
    return connect(store, simulator, "mastodon", "town")


@pytest.fixture
def program(app: FastAPI, store: Store, owner: Visitor) -> TestClient:
    """A program with a token that may everything."""
    member = Member(owner.person, owner.workspace, owner.role)
    token = store.sessions.add_token(member, "test", frozenset(Scope))
    headers = {"Authorization": f"Bearer {token}"}
    return TestClient(app, base_url="http://127.0.0.1", headers=headers)


@pytest.fixture
def draft(program: TestClient, channel: Channel) -> str:
    """The address of a draft whose posts are there."""
    made = program.post("/api/v1/drafts", json={"text": ARTICLE, "channels": ["town"]})
    assert made.status_code == 201, made.text
    return _ready(program, made)


def _ready(program: TestClient, made: Response) -> str:
    path = made.headers["location"]
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if program.get(path).json()["stage"] != "working":
            return path
        time.sleep(0.05)
    raise AssertionError("it was not composed in time")


def _post(program: TestClient, draft: str, channel: Channel) -> tuple[str, dict[str, Any], str]:
    path = f"{draft}/posts/{channel.id}"
    answer = program.get(path)
    return path, answer.json(), answer.headers["etag"]


def test_an_article_becomes_posts(program: TestClient, channel: Channel, draft: str) -> None:
    (post,) = program.get(f"{draft}/posts").json()
    assert (post["channel"], post["fits"], post["edited"]) == ("town", True, False)
    (part, *_more) = post["parts"]
    assert 0 < part["length"] <= part["limit"]
    (card, *_others) = post["cards"]
    picture = program.get(card["path"])
    assert Image.open(io.BytesIO(picture.content)).size == (card["width"], card["height"])
    assert program.get(card["path"].rpartition("/")[0] + "/99").status_code == 404
    assert [one["id"] for one in program.get("/api/v1/drafts").json()] == [1]


def test_a_repeat_makes_no_second_draft(program: TestClient, channel: Channel) -> None:
    body, key = {"text": ARTICLE, "channels": ["town"]}, {"Idempotency-Key": "one"}
    first, again = (program.post("/api/v1/drafts", json=body, headers=key) for _ in range(2))
    assert first.text == again.text
    assert again.headers["idempotent-replayed"] == "true"
    assert len(program.get("/api/v1/drafts").json()) == 1


def test_a_post_is_edited_and_no_edit_lost(
    program: TestClient, channel: Channel, draft: str
) -> None:
    path, before, tag = _post(program, draft, channel)
    edit: dict[str, Any] = {"texts": ["Bees! #one"], "hashtags": ["two", "three"], "theme": "dark"}
    edit |= {"alts": {before["cards"][0]["key"]: "A drawing of bees"}}
    assert program.patch(path, json=edit).status_code == 428
    changed = program.patch(path, json=edit, headers={"If-Match": tag})
    assert changed.status_code == 200, changed.text
    told = changed.json()
    assert (told["hashtags"], told["edited"], told["theme"]) == (["two", "three"], True, "dark")
    assert told["parts"][0]["text"].startswith("Bees!")
    assert program.patch(path, json=edit, headers={"If-Match": tag}).status_code == 412
    again = changed.headers["etag"]
    assert program.patch(path, json={"title": "x"}, headers={"If-Match": again}).status_code == 409
    assert program.post(f"{path}/reset").json() == before


def test_another_draft_edit_is_not_lost(program: TestClient, channel: Channel, draft: str) -> None:
    tag = program.get(draft).headers["etag"]
    looks = {"template": "poster", "highlight": "bees"}
    assert program.patch(draft, json=looks).status_code == 428
    changed = program.patch(draft, json=looks, headers={"If-Match": tag})
    assert changed.json()["template"] == "poster"
    assert changed.json()["stage"] == "ready"  # the texts do not depend on it
    assert program.patch(draft, json=looks, headers={"If-Match": tag}).status_code == 412
    path = {"template": "/etc/passwd.toml"}
    tag = changed.headers["etag"]
    assert program.patch(draft, json=path, headers={"If-Match": tag}).status_code == 422


def test_another_text_is_read_anew(program: TestClient, channel: Channel, draft: str) -> None:
    tag = program.get(draft).headers["etag"]
    wasps = "Wasps in town\n\nWasps live under roofs. They eat more cake there than in fields."
    assert program.patch(draft, json={"source": wasps}, headers={"If-Match": tag}).is_success
    made = program.post(f"{draft}/compose")
    made.headers["location"] = draft
    _ready(program, made)
    assert program.get(draft).json()["title"] == "Wasps in town"
    (post,) = program.get(f"{draft}/posts").json()
    assert "asps" in post["parts"][0]["text"]


def test_what_is_too_long_is_fitted_and_queued(
    program: TestClient, channel: Channel, draft: str, store: Store
) -> None:
    path, _before, tag = _post(program, draft, channel)
    program.patch(path, json={"texts": [LONG]}, headers={"If-Match": tag})
    assert program.post(f"{draft}/queue", json={}).status_code == 409
    fitted = program.post(f"{path}/fit").json()
    assert fitted["fits"]
    queued = program.post(f"{draft}/queue", json={"when": "next", "review": True})
    assert queued.status_code == 201, queued.text
    (one,) = queued.json()["deliveries"]
    assert store.deliveries.texts(one["id"]) == [part["text"] for part in fitted["parts"]]
    assert store.deliveries.get(one["id"]).state is State.IN_REVIEW
    assert program.post(f"{draft}/queue", json={}).status_code == 409
    assert program.post(f"{draft}/unqueue").json() == {"cancelled": 1}
    assert program.get(draft).json()["campaign_id"] is None


def test_a_picture_is_drawn_anew(program: TestClient, channel: Channel, draft: str) -> None:
    before = program.get(f"{draft}/posts").json()[0]["cards"]
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "teal").save(out, "PNG")
    assert program.put(f"{draft}/picture", files={"file": out.getvalue()}).status_code == 204
    assert program.put(f"{draft}/picture", files={"file": b"no picture"}).status_code == 409
    assert program.delete(f"{draft}/picture").status_code == 204
    assert program.get(f"{draft}/posts").json()[0]["cards"] == before


def test_a_draft_is_put_away_and_brought_back(
    program: TestClient, channel: Channel, draft: str
) -> None:
    assert program.delete(draft).status_code == 204
    assert program.get(draft).status_code == 404
    assert program.post(f"{draft}/restore").json()["title"]
    assert program.get(draft).status_code == 200


def test_what_is_only_kept_is_not_composed(program: TestClient, channel: Channel) -> None:
    made = program.post("/api/v1/drafts", json={"text": "An id", "compose": False}).json()
    path = f"/api/v1/drafts/{made['id']}"
    assert (made["stage"], program.get(f"{path}/posts").json()) == ("source", [])
    assert program.get(f"{path}/posts/{channel.id}").status_code == 409
