"""A walk over all that can be read, as its owner: no secret, no other host, no inline code."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from cryptography.fernet import Fernet
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from starlette.testclient import TestClient
from tests.conftest import Environment
from tests.engine.stage import connect, schedule
from tests.web.conftest import SignIn
from tests.web.drafts import begin
from tests.web.routes import Call, calls
from tests.web.visitor import PASSWORD, Visitor

from socialpipe import pipeline
from socialpipe.engine import Engine
from socialpipe.model import Channel, State
from socialpipe.model.people import Member, Role, Scope
from socialpipe.schedule.topics import Topic
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.feed_entries import Sighting
from socialpipe.store.feeds import Wishes
from socialpipe.web.live import News
from socialpipe.web.visit import Visit

TOKEN = "100:telegram-undercover-token"  # a network whose addresses have the token in them
HIDDEN = {
    "redis_url": "redis://:redis-undercover@127.0.0.1:9/0",
    "llm_api_key": "llm-undercover",
    "s3_secret_key": "s3-undercover",
    "secret_key": Fernet.generate_key().decode(),
}
HOOK_SECRET, TOTP = "hook-undercover-secret", pyotp.random_base32()
_ELSEWHERE = re.compile(
    r"""<(?:link|script|img|iframe|form|source|video|audio|object|embed)\b[^>]*?
    \b(?:src|href|action|srcset|data|poster)=["']?(?:[a-z]+:)?//[^"'>\s]*""",
    re.IGNORECASE | re.VERBOSE,
)
_INLINE = re.compile(
    r"<style|<script(?![^>]*\ssrc=)(?![^>]*json)|\s(?:on[a-z]+|style)\s*=\s*[\"']", re.IGNORECASE
)


@pytest.fixture(autouse=True)
def live_pages_say_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let live pages answer at once with what they would send."""

    def told(_self: Visit, _key: object, render: object, **_more: object) -> PlainTextResponse:
        assert callable(render)
        return PlainTextResponse(str(render(News())))

    monkeypatch.setattr(Visit, "stream", told)


@pytest.fixture
def store(environment: Environment) -> Iterator[Store]:
    opened = Store(environment(timezone="Asia/Seoul", **HIDDEN))
    yield opened
    opened.close()


@pytest.fixture
def channel(store: Store, simulator: Simulator) -> Channel:
    """A channel whose network cannot be reached, and whose delivery so failed."""
    found = store.channels.add(
        "telegram",
        "telegram",
        api_base="http://127.0.0.1:9",
        settings={"chat_id": "@channel"},
        secrets={"token": TOKEN},
        timezone="UTC",
    )
    schedule(store, found, "Hello.", max_attempts=1)
    opened = Engine.open(load(), "test")
    for one in store.claims.claim(timedelta(0), "test"):
        pipeline.deliver(Engine(store, opened.settings, opened.http, "test"), one.id, one.fence)
    return found


@pytest.fixture
def there(
    store: Store, simulator: Simulator, sign_in: SignIn, channel: Channel
) -> dict[str, object]:
    """Something of everything, by the name that a path calls it."""
    editor = sign_in(Role.EDITOR)
    draft = begin(editor, store, simulator, "mastodon")
    hook = store.hooks.add("http://127.0.0.1:9/", [Topic.CANCELLED], HOOK_SECRET)
    review = schedule(store, connect(store, simulator, "x"), "Wait.", needs_review=True)
    store.deliveries.cancel(schedule(store, store.channels.get("x"), "Not this."))
    wishes = Wishes({}, at_once=False, needs_review=True, interval=timedelta(minutes=15))
    feed = store.feeds.add(Sighting("https://a.example/", "A", ()), [channel], wishes)
    campaign = store.deliveries.get(review).campaign_id
    return {
        "channel_id": draft.body.wishes.channels[0],
        "delivery_id": next(one.id for one in store.deliveries.find() if one.channel == "telegram"),
        "campaign_id": campaign,
        "hook_id": hook.id,
        "feed_id": feed.id,
        "draft_id": draft.id,
        "brand_id": store.brands.add("Mine", 'name = "Mine"'),
        "name": "0",
        "n": 0,
        "token": store.review_links.add(campaign, "Lee", may_approve=True, life=timedelta(days=1)),
        "code": store.short_links.shorten("x", "https://a.example/"),
        "end": "0",
        "signature": "0",
    }


def _reads(app: FastAPI) -> Iterator[Call]:
    return (call for call in calls(app) if call.method == "GET")


def test_nothing_that_is_read_tells_a_secret(
    app: FastAPI,
    store: Store,
    owner: Visitor,
    there: dict[str, object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    member = Member(owner.person, owner.workspace, owner.role)
    token = store.sessions.add_token(member, "test", frozenset(Scope))
    assert store.second_factor.turn_on(owner.person.id, TOTP, pyotp.TOTP(TOTP).now())
    hidden = [*HIDDEN.values(), "-undercover", TOTP, token, owner.token, PASSWORD, "argon2"]
    opened = 0
    for call in _reads(app):
        answer = owner.get(call.path(there))
        told = f"{call.route.path}: {answer.status_code}"
        assert answer.status_code in {200, 302, 303, 403, 404, 409, 422, 503}, told
        opened += answer.status_code == 200
        for secret in hidden:
            assert secret not in answer.text, f"{told} tells {secret}"
            assert secret not in str(answer.headers), f"{told} tells {secret}"
    assert opened > 40
    assert not [one for one in hidden if one in caplog.text]


def test_a_failure_is_told_without_the_token(
    store: Store, owner: Visitor, there: dict[str, object]
) -> None:
    """Else the walk would look at a page that has nothing to hide."""
    found = store.deliveries.get(int(str(there["delivery_id"])))
    assert found.state in {State.FAILED, State.SCHEDULED}
    assert "127.0.0.1" in owner.get(f"/deliveries/{found.id}").text


def test_no_repr_tells_a_secret(
    app: FastAPI, store: Store, owner: Visitor, channel: Channel
) -> None:
    """What a traceback or a debugger's log would print."""
    desk, bearer = app.state.desk, store.sessions.bearer(owner.token)
    printed = repr([load(), desk.settings, channel, bearer, store.vault, store.hooks, vars(desk)])
    for secret in (*HIDDEN.values(), TOKEN, owner.token, "argon2"):
        assert secret not in printed


def test_every_page_is_armoured_and_all_ours(
    app: FastAPI, owner: Visitor, there: dict[str, object]
) -> None:
    for call in _reads(app):
        answer = owner.get(call.path(there))
        where = call.route.path
        assert "default-src 'none'" in answer.headers["content-security-policy"], where
        assert "unsafe" not in answer.headers["content-security-policy"], where
        assert answer.headers["x-content-type-options"] == "nosniff", where
        assert answer.headers["referrer-policy"] in {"same-origin", "no-referrer"}, where
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert not _ELSEWHERE.search(answer.text), where
            assert not _INLINE.search(answer.text), where


def test_a_page_that_breaks_tells_nothing(
    app: FastAPI, owner: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Visit, *_: object, **__: object) -> None:
        raise ValueError(f"a mistake of ours with {TOKEN}")

    monkeypatch.setattr("socialpipe.web.pages.audit.Visit.page", broken)
    client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    client.cookies.set("socialpipe", owner.token)
    answer = client.get("/settings/audit")
    assert answer.status_code == 500
    assert TOKEN not in answer.text
    assert "Traceback" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
