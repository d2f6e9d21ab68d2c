"""Every route × every role, from the one table; and two workspaces on every route."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from httpx2 import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from tests.engine.stage import connect, schedule
from tests.web.conftest import SignIn
from tests.web.routes import Call, calls
from tests.web.visitor import Visitor

from socialpipe.model import Article
from socialpipe.model.draft import Body
from socialpipe.model.people import Member, Role, Scope
from socialpipe.schedule.topics import Topic
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.feed_entries import Sighting
from socialpipe.store.feeds import Wishes
from socialpipe.store.tickets import Purpose
from socialpipe.web import auth
from socialpipe.web.permissions import RULES, Action, allows
from socialpipe.web.visit import Visit

REFUSED = {401, 403}
NOBODYS = 987_654_321  # an id that no row has


@pytest.fixture(autouse=True)
def short_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let live pages answer at once: here it is who gets an answer that counts."""
    monkeypatch.setattr(Visit, "stream", lambda *_, **__: PlainTextResponse("stream"))


def test_the_table_is_complete() -> None:
    assert set(RULES) == set(Action) - {Action.OPEN, Action.ACCOUNT}


def test_a_route_without_an_action_does_not_start(app: FastAPI) -> None:
    app.add_api_route("/forgotten", lambda: "hello")
    with pytest.raises(RuntimeError, match="/forgotten does not say who may use it"):
        auth.check(app)


def test_what_is_no_route_of_ours_does_not_start(app: FastAPI) -> None:
    app.router.routes.append(Route("/plain", lambda _: PlainTextResponse("hello")))
    with pytest.raises(RuntimeError, match="/plain does not say who may use it"):
        auth.check(app)


@pytest.mark.parametrize("role", Role)
def test_every_route_for_every_role(
    app: FastAPI, store: Store, sign_in: SignIn, role: Role
) -> None:
    who = sign_in(role)
    for call in calls(app):
        if call.is_free or call.is_linked or call.gate.action is Action.OPEN:
            continue
        answer = _ask(call, _again(who, store))
        allowed = allows(call.gate.action, role)
        told = f"{call.method} {call.route.path} for {role}: {answer.status_code}"
        assert (answer.status_code not in REFUSED) == allowed, told
        assert answer.status_code < 500, told


def test_every_route_for_somebody_without_an_account(app: FastAPI, anonymous: TestClient) -> None:
    for call in calls(app):
        if call.is_free or call.is_linked or call.gate.action is Action.OPEN:
            continue
        answer = anonymous.request(call.method, _nobodys(call), **call.body())
        redirected = answer.headers.get("location", "").startswith("/sign-in?next=")
        assert answer.status_code == 401 or redirected, call.route.path


def test_every_route_for_somebody_who_left(app: FastAPI, store: Store, sign_in: SignIn) -> None:
    who = sign_in(Role.EDITOR)
    store.people.leave(who.person.id, who.workspace.id)
    for call in calls(app):
        if call.gate.action not in {Action.OPEN, Action.ACCOUNT} and not call.is_linked:
            assert _ask(call, _again(who, store)).status_code in REFUSED, call.route.path


@pytest.mark.parametrize("scope", Scope)
def test_every_route_for_a_token(app: FastAPI, store: Store, sign_in: SignIn, scope: Scope) -> None:
    owner = sign_in(Role.OWNER)
    member = Member(owner.person, owner.workspace, owner.role)
    token = store.sessions.add_token(member, "test", frozenset({scope}))
    for call in calls(app):
        if call.is_free or call.is_linked or call.gate.action in {Action.OPEN, Action.ACCOUNT}:
            continue
        client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
        client.headers["Authorization"] = f"Bearer {token}"
        answer = client.request(call.method, _nobodys(call), **call.body())
        allowed = RULES[call.gate.action].scope is scope
        assert (answer.status_code not in REFUSED) == allowed, call.route.path


def test_an_account_is_no_business_of_a_token(app: FastAPI, store: Store, owner: Visitor) -> None:
    member = Member(owner.person, owner.workspace, owner.role)
    token = store.sessions.add_token(member, "test", frozenset(Scope))
    client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
    client.headers["Authorization"] = f"Bearer {token}"
    for call in calls(app):
        if call.gate.action is Action.ACCOUNT:
            answer = client.request(call.method, _nobodys(call), **call.body())
            assert answer.status_code == 403, call.route.path


# Two workspaces

SECRET = "Zebra crossing"  # in whatever the first workspace has to hide


@pytest.fixture
def theirs(store: Store, simulator: Simulator, sign_in: SignIn) -> dict[str, object]:
    """What the first workspace has, by the name that a path calls it."""
    member = sign_in(Role.EDITOR)
    channel = connect(store, simulator, "mastodon", f"{SECRET} channel")
    delivery = schedule(store, channel, f"{SECRET}.", at=store.now() + timedelta(hours=1))
    hook = store.hooks.add(
        f"http://127.0.0.1:9/{SECRET.split(maxsplit=1)[0]}", [Topic.CANCELLED], "secret"
    )
    store.deliveries.cancel(schedule(store, channel, f"{SECRET}, cancelled."))
    (message,) = store.hooks.messages(hook.id)
    wishes = Wishes({}, at_once=False, needs_review=True, interval=timedelta(minutes=15))
    feed = store.feeds.add(Sighting("https://zebra.example/", SECRET, ()), [channel], wishes)
    store.feeds.stop(feed.id)
    campaign = store.deliveries.get(delivery).campaign_id
    place = member.workspace.id
    store.tickets.invite("zebra@invited.example", place, Role.VIEWER)
    (invitation,) = store.tickets.invitations(place)
    whose = Member(member.person, member.workspace, member.role)
    store.sessions.add_token(whose, f"{SECRET} token", frozenset(Scope))
    (token,) = store.sessions.tokens(whose)
    (session,) = store.sessions.of(member.person.id)
    store.audit.note(place, "zebra", "test", SECRET)
    store.review_links.add(campaign, SECRET, may_approve=True, life=timedelta(days=1))
    (link,) = store.review_links.of(campaign)
    (evergreen,) = store.evergreens.add(
        Article(SECRET, "…"), [channel], cooldown=timedelta(days=9), most=3, options={}
    )
    draft = store.drafts.add(f"{SECRET}.", Body(), "zebra")
    return {
        "channel_id": channel.id,
        "delivery_id": delivery,
        "campaign_id": campaign,
        "hook_id": hook.id,
        "message_id": message.id,
        "feed_id": feed.id,
        "person_id": member.person.id,
        "workspace_id": place,
        "invitation_id": invitation.id,
        "token_id": token.id,
        "session_id": session.id,
        "notice_id": 1,
        "link_id": link.id,
        "draft_id": draft,
        "brand_id": store.brands.add(SECRET, f'name = "{SECRET}"'),
        "evergreen_id": evergreen,
        "n": 0,
    }


_UNOWNED = {"token", "name", "code", "end", "signature"}  # long and random, or of nobody


def test_nothing_of_another_workspace_is_there(
    app: FastAPI, store: Store, sign_in: SignIn, theirs: dict[str, object]
) -> None:
    """The owner of another one asks every route for what is not theirs."""
    stranger = sign_in(Role.OWNER, workspace="other")
    for call in _of_workspaces(app):
        answer = _ask(call, _again(stranger, store), theirs)
        told = f"{call.method} {call.route.path}: {answer.status_code}"
        assert not re.search("zebra", answer.text, re.IGNORECASE), told
        if any(name in theirs for name in call.parameters) and not _harmless(call):
            assert answer.status_code == 404, told


def test_what_it_asked_for_is_as_it_was(
    app: FastAPI, store: Store, sign_in: SignIn, theirs: dict[str, object]
) -> None:
    stranger = sign_in(Role.OWNER, workspace="other")
    before = _everything(store, theirs)
    for call in _of_workspaces(app):
        _ask(call, _again(stranger, store), theirs)
    assert _everything(store, theirs) == before


def _of_workspaces(app: FastAPI) -> Iterator[Call]:
    for call in calls(app):
        if not (call.is_free or call.is_linked or call.gate.action is Action.OPEN):
            yield call


def _harmless(call: Call) -> bool:
    """Whether it only ever concerns the caller's own session."""
    return call.route.path == "/settings/sessions/{session_id}/revoke"


def _everything(store: Store, theirs: dict[str, object]) -> object:
    place = int(str(theirs["workspace_id"]))
    return (
        store.channels.all(),
        store.deliveries.find(),
        store.within(place).drafts.open(),
        store.within(place).brands.all(),
        store.evergreens.all(),
        store.hooks.all(),
        store.hooks.messages(),
        store.feeds.all(),
        store.people.members(place),
        store.tickets.invitations(place),
        store.audit.of(place),
        len(store.sessions.of(int(str(theirs["person_id"])))),
    )


def _ask(call: Call, who: Visitor, values: dict[str, object] | None = None) -> Response:
    path = call.path({**dict.fromkeys(call.parameters, NOBODYS), **(values or {})})
    unknown = set(call.parameters) - set(values or call.parameters) - _UNOWNED
    assert not unknown, f"{call.route.path}: tell `theirs` what {unknown} is"
    return who.call(call.method, path, **call.body())


def _again(who: Visitor, store: Store) -> Visitor:
    """Sign the same person in anew: some routes end the session."""
    token = store.sessions.open(who.person.id, "test")
    bearer = store.sessions.bearer(token)
    assert bearer is not None
    assert bearer.session_id is not None
    if bearer.member is None:
        store.sessions.look_at(bearer.session_id, who.workspace.id)
    who.client.cookies.set("socialpipe", token)
    who.token = token
    return who


def _nobodys(call: Call) -> str:
    return call.path(dict.fromkeys(call.parameters, NOBODYS))


def test_purposes_are_not_mixed(store: Store, owner: Visitor, anonymous: TestClient) -> None:
    """A link for one thing opens no other."""
    for purpose in Purpose:
        token = store.tickets.make(purpose, owner.person.id)
        pages = {
            Purpose.SETUP: f"/setup?token={token}",
            Purpose.SIGN_IN: f"/sign-in/{token}",
            Purpose.PASSWORD: f"/password/{token}",
            Purpose.INVITATION: f"/join/{token}",
        }
        for needed, page in pages.items():
            if needed is not purpose:
                assert anonymous.get(page).status_code == 404, (purpose, page)
