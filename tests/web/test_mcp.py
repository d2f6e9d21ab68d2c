"""The MCP server, spoken to by the protocol's own client: by stdio and by HTTP."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import anyio
import pytest
import uvicorn
from httpx2 import AsyncClient
from httpx2 import Client as HttpClient
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from tests.engine.stage import connect, schedule
from tests.web.conftest import SignIn

from socialpipe.errors import Refused
from socialpipe.model import Channel, State
from socialpipe.model.people import Member, Role, Scope
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.web.api.pace import Pace
from socialpipe.web.desk import Desk
from socialpipe.web.mcp.caller import Callers, local
from socialpipe.web.mcp.offers import OFFERS
from socialpipe.web.mcp.server import build, http
from socialpipe.web.permissions import RULES, Action

ARTICLE = "Bees in town\n\nBees live on roofs now. They find more flowers there than in fields."
AGREED = {"approve_delivery", "retry_delivery", "delete_post", "confirm_delivery"}
Talk = Callable[[Client], Awaitable[None]]


@pytest.fixture
def channel(store: Store, simulator: Simulator) -> Channel:
    """A channel on the simulator."""
    return connect(store, simulator, "mastodon", "town")


def _speak(to: Any, talk: Talk) -> None:
    async def conversation() -> None:
        with anyio.fail_after(120):
            async with Client(to) as client:
                await talk(client)

    # In a thread of its own: the browser of other tests has an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(anyio.run, conversation).result()


async def _ask(client: Client, tool: str, **arguments: Any) -> Any:
    answer = await client.call_tool(tool, arguments)
    (content,) = answer.content
    text = getattr(content, "text", "")
    if answer.is_error:
        raise Refused(text)
    return json.loads(text)


def _local(store: Store, *scopes: Scope) -> Any:
    desk = Desk(store, load())
    return build(Callers(desk, local(desk, "somebody", frozenset(scopes or Scope))))


def test_stdio(store: Store, channel: Channel) -> None:
    """A real client starts the real command, and queues an article at once, once."""
    command = StdioServerParameters(command=sys.executable, args=["-m", "socialpipe", "mcp"])
    command.env = {"SOCIALPIPE_DATA_DIR": str(load().data_dir)}
    command.env |= {"SOCIALPIPE_ALLOW_PRIVATE_HOSTS": "true"}

    async def talk(client: Client) -> None:
        names = {tool.name for tool in (await client.list_tools()).tools}
        assert names == {one.operation.__name__ for one in OFFERS}
        (told,) = (await _ask(client, "list_channels"))["items"]
        assert told["name"] == channel.name
        wanted = {"text": ARTICLE, "channels": ["town"], "when": "now"}
        question = await _ask(client, "queue_article", wanted=wanted)
        assert question["summary"] == "Publish 'Bees in town' on town now."
        assert store.deliveries.find() == []
        agreed = {"wanted": wanted, "confirm": question["confirm"]}
        first = await _ask(client, "queue_article", **agreed)
        assert await _ask(client, "queue_article", **agreed) == first

    _speak(command, talk)
    (one,) = store.deliveries.find()
    assert store.deliveries.events(one.id)[0].actor.endswith("(MCP)")


def test_what_waits_for_a_slot_needs_no_question(store: Store, channel: Channel) -> None:
    async def talk(client: Client) -> None:
        made = await _ask(client, "queue_article", wanted={"text": ARTICLE, "channels": ["town"]})
        assert made["deliveries"][0]["channel"] == "town"
        found = await _ask(client, "list_deliveries", wanted={"state": ["draft"]})
        assert found["items"][0]["id"] == made["deliveries"][0]["id"]

    _speak(_local(store), talk)


@pytest.mark.parametrize("tool", sorted(AGREED))
def test_nothing_goes_out_before_a_person_agreed(store: Store, channel: Channel, tool: str) -> None:
    key = schedule(store, channel, "Hello.", at=store.now() + timedelta(hours=1), needs_review=True)
    before = store.deliveries.get(key)

    async def talk(client: Client) -> None:
        question = await _ask(client, tool, delivery_id=key)
        assert question["needs_confirmation"]
        assert "on town" in question["summary"]
        with pytest.raises(Refused, match="was for something else"):
            await _ask(client, tool, delivery_id=key, confirm="1.x")

    _speak(_local(store), talk)
    assert store.deliveries.get(key) == before


def test_a_confirmation_is_for_one_call(
    store: Store, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = store.now() + timedelta(hours=1)
    one, other = (schedule(store, channel, text, at=at, needs_review=True) for text in "ab")

    async def talk(client: Client) -> None:
        question = await _ask(client, "approve_delivery", delivery_id=one)
        for tool, key in (("approve_delivery", other), ("retry_delivery", one)):
            with pytest.raises(Refused, match="was for something else"):
                await _ask(client, tool, delivery_id=key, confirm=question["confirm"])
        later = store.now() + timedelta(minutes=11)
        with monkeypatch.context() as patch:
            patch.setattr(Desk, "now", lambda _: later)
            with pytest.raises(Refused, match="too old"):
                await _ask(client, "approve_delivery", delivery_id=one, confirm=question["confirm"])
        await _ask(client, "approve_delivery", delivery_id=one, confirm=question["confirm"])

    _speak(_local(store), talk)
    assert store.deliveries.get(one).state is State.SCHEDULED
    assert store.deliveries.get(other).state is State.IN_REVIEW


def test_whatever_lets_something_out_asks() -> None:
    quiet = {one.operation.__name__ for one in OFFERS if one.summary is None}
    publishing = {one for one in OFFERS if RULES[one.action].scope is Scope.PUBLISH}
    stopping = {"cancel_delivery", "pause_channel", "freeze"}
    looking = {"look_at_network"}
    assert {one.operation.__name__ for one in publishing} & quiet == stopping | looking


def test_an_edit_names_its_version(store: Store, channel: Channel) -> None:
    key = schedule(store, channel, "Before.", at=store.now() + timedelta(hours=1))

    async def talk(client: Client) -> None:
        version = (await _ask(client, "show_delivery", delivery_id=key))["version"]
        wish = {"delivery_id": key, "version": version}
        assert (await _ask(client, "edit_delivery", texts=["After."], **wish))["texts"] == [
            "After."
        ]
        with pytest.raises(Refused, match="changed since you read it"):
            await _ask(client, "edit_delivery", texts=["Lost."], **wish)
        with pytest.raises(Refused, match="no delivery 999"):
            await _ask(client, "show_delivery", delivery_id=999)

    _speak(_local(store), talk)


def test_a_draft_is_made_edited_and_queued(store: Store, channel: Channel) -> None:
    async def talk(client: Client) -> None:
        wanted = {"text": ARTICLE, "channels": ["town"]}
        key = (await _ask(client, "start_draft", wanted=wanted))["id"]
        while (draft := await _ask(client, "show_draft", draft_id=key))["stage"] == "working":
            await anyio.sleep(0.05)
        (post,) = draft["posts"]
        which = {"draft_id": key, "channel_id": post["channel_id"]}
        edit = {"wanted": {"texts": ["Bees!"]}, "version": post["version"]}
        assert (await _ask(client, "edit_draft_post", **which, **edit))["edited"]
        with pytest.raises(Refused, match="changed since you read it"):
            await _ask(client, "edit_draft_post", **which, **edit)
        question = await _ask(client, "queue_draft", draft_id=key, wanted={"when": "now"})
        assert question["summary"] == "Publish 'Bees in town' on town now."
        assert store.deliveries.find() == []
        assert (await _ask(client, "queue_draft", draft_id=key, wanted={}))["deliveries"]

    _speak(_local(store), talk)
    (one,) = store.deliveries.find()
    assert store.deliveries.texts(one.id) == ["Bees!"]


@pytest.mark.parametrize(
    ("tool", "wanted", "summary"),
    [
        ("keep_evergreen", {"text": ARTICLE, "channels": ["town"]}, "again and again, 6 times"),
        ("watch_feed", {"url": "https://e.example/", "channels": ["town"]}, "nobody's approval"),
        ("subscribe_hook", {"url": "https://e.example/"}, "Tell https://e.example/"),
    ],
)
def test_what_goes_on_by_itself_asks_a_person(
    store: Store, channel: Channel, tool: str, wanted: dict[str, Any], summary: str
) -> None:
    async def talk(client: Client) -> None:
        assert summary in (await _ask(client, tool, wanted=wanted))["summary"]

    _speak(_local(store), talk)
    assert (store.evergreens.all(), store.feeds.all(), store.hooks.all()) == ([], [], [])


def test_what_is_reviewed_anyway_needs_no_question(store: Store, channel: Channel) -> None:
    async def talk(client: Client) -> None:
        wanted = {"text": ARTICLE, "channels": ["town"], "review": True}
        assert (await _ask(client, "keep_evergreen", wanted=wanted))["items"][0]["times"] == 0
        assert (await _ask(client, "list_evergreens"))["items"]
        report = await _ask(client, "report_channel", channel_id=channel.id)
        assert report["title"] == "town"

    _speak(_local(store), talk)


def test_a_client_may_what_its_scopes_say(store: Store, channel: Channel) -> None:
    key = schedule(store, channel, "Hello.", at=store.now() + timedelta(hours=1))

    async def talk(client: Client) -> None:
        assert (await _ask(client, "list_deliveries", wanted={}))["items"]
        for one in OFFERS:
            if RULES[one.action].scope is not Scope.READ:
                with pytest.raises(Refused, match="may not do this"):
                    await _ask(client, one.operation.__name__, **_example(one.operation, key))

    _speak(_local(store, Scope.READ), talk)
    assert store.deliveries.get(key).state is State.SCHEDULED


def _example(operation: Callable[..., Any], key: int) -> dict[str, Any]:
    article, there = {"text": ARTICLE}, {"channels": ["town"]}
    wanted: dict[str, dict[str, Any]] = {
        "preview_posts": {**article, "platforms": ["x"]},
        "queue_article": {**article, **there},
        "start_draft": {**article, **there},
        "keep_evergreen": {**article, **there},
        "edit_draft_post": {"texts": ["x"]},
        "watch_feed": {"url": "https://e.example/", **there},
        "subscribe_hook": {"url": "https://e.example/"},
        "share_review": {"campaign": 1, "name": "x"},
    }
    given: dict[str, Any] = {"delivery_id": key, "wanted": wanted.get(operation.__name__, {})}
    ids = ("channel_id", "draft_id", "feed_id", "evergreen_id", "hook_id", "other_id")
    given |= dict.fromkeys(ids, 1)
    given |= {"comment": "x", "reason": "x", "version": "*", "texts": ["x"]}
    names = operation.__code__.co_varnames[: operation.__code__.co_argcount]
    return {name: given[name] for name in names if name in given}


# HTTP


@contextmanager
def _serving(store: Store) -> Iterator[str]:
    app = http(Callers(Desk(store, load())), "127.0.0.1")
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=[[listening]])
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
        finally:
            server.should_exit = True
            thread.join()


def _token(store: Store, sign_in: SignIn, workspace: str, *scopes: Scope) -> str:
    who = sign_in(Role.OWNER, workspace=workspace)
    member = Member(who.person, who.workspace, who.role)
    return store.sessions.add_token(member, "test", frozenset(scopes or Scope))


def _speak_http(url: str, token: str, talk: Talk) -> None:
    async def conversation() -> None:
        headers = {"Authorization": f"Bearer {token}"}
        with anyio.fail_after(120):
            async with (
                AsyncClient(headers=headers, timeout=60) as by,
                Client(streamable_http_client(url, http_client=by)) as client,
            ):
                await talk(client)

    # In a thread of its own: the browser of other tests has an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(anyio.run, conversation).result()


def test_http_needs_a_token(store: Store) -> None:
    with _serving(store) as url, HttpClient() as client:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}):
            answer = client.post(url, json={}, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"


def test_http_is_of_the_workspace_of_its_token(
    store: Store, channel: Channel, sign_in: SignIn
) -> None:
    seen: dict[str, list[str]] = {}
    for workspace in ("main", "other"):
        token = _token(store, sign_in, workspace)

        async def talk(client: Client, workspace: str = workspace) -> None:
            found = (await _ask(client, "list_channels"))["items"]
            seen[workspace] = [one["name"] for one in found]

        with _serving(store) as url:
            _speak_http(url, token, talk)
    assert seen == {"main": ["town"], "other": []}


def test_calls_are_paced(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socialpipe.web.mcp.server.Pace", lambda _: Pace(1))

    async def talk(client: Client) -> None:
        await _ask(client, "list_channels")
        with pytest.raises(Refused, match="too many calls"):
            await _ask(client, "list_channels")

    _speak(_local(store), talk)


def test_every_tool_has_an_action() -> None:
    assert all(one.action in RULES for one in OFFERS)
    assert Action.SEE in {one.action for one in OFFERS}
