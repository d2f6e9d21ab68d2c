"""How each network's OAuth differs: what is sent where, and what is read from the answers."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.cli.conftest import Command
from tests.connect.conftest import REDIRECT

from socialpipe.connecting import Draft, granted, lacks, missing
from socialpipe.engine import Engine
from socialpipe.errors import NotSent, PlatformError, Rejected, Throttled, Unauthorized, Unknown
from socialpipe.platforms import registry
from socialpipe.platforms.base import Platform
from socialpipe.platforms.http import Http
from socialpipe.platforms.oauth.flow import Flow
from socialpipe.platforms.oauth.model import App, Tokens
from socialpipe.renewal import standing

APP = App("our app", "our secret")


class Network(HTTPServer):
    """Answers each call with the next of `answers`, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.scopes = ""
        self.answers: list[tuple[int, Any]] = []
        self.asked: list[tuple[str, str, dict[str, str], Mapping[str, str]]] = []

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def form(self, n: int) -> dict[str, str]:
        return self.asked[n][2]


class _Handler(BaseHTTPRequestHandler):
    server: Network

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        parts = urlsplit(self.path)
        form = {key: values[0] for key, values in parse_qs(parts.query or body).items()}
        self.server.asked.append((self.command, parts.path, form, dict(self.headers)))
        status, answer = self.server.answers.pop(0)
        text = answer if isinstance(answer, str) else json.dumps(answer)
        self.send_response(status)
        self.send_header("X-OAuth-Scopes", self.server.scopes)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Be silent."""


@pytest.fixture
def network() -> Iterator[Network]:
    server = Network()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def http() -> Http:
    return Http(connect_timeout=5, read_timeout=5, allow_private_hosts=True)


def flow_of(network: Network, http: Http, platform: str, app: App = APP) -> Flow:
    where = {f"{name}_url": f"{network.base}/{name}" for name in ("token", "refresh", "revoke")}
    kind = registry.load(platform)
    draft = Draft(kind, platform, "UTC", api_base=network.base, settings=where)
    return draft.flow(http, app)


def redeem(flow: Flow) -> Tokens:
    asked = flow.ask(REDIRECT)
    return flow.redeem(asked, f"{REDIRECT}?code=the+code&state={asked.state}")


def basic(headers: Mapping[str, str]) -> str:
    return base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode()


def test_threads_lengthens_and_extends_its_token(network: Network, http: Http) -> None:
    flow = flow_of(network, http, "threads")
    month = {"access_token": "long", "token_type": "bearer", "expires_in": 5_184_000}
    network.answers = [(200, {"access_token": "short", "user_id": 7}), (200, month)]
    tokens = redeem(flow)
    assert (tokens.access, tokens.refresh) == ("long", "")
    assert tokens.lifetime == timedelta(days=60)
    assert network.asked[0][:2] == ("POST", "/token")
    assert network.form(0)["client_secret"] == "our secret"
    assert network.asked[1][:2] == ("GET", "/refresh")
    wanted = {"grant_type": "th_exchange_token", "access_token": "short"}
    assert wanted.items() <= network.form(1).items()
    assert network.form(1)["client_secret"] == "our secret"
    network.answers = [(200, {**month, "access_token": "longer"})]
    assert flow.renew({"token": "long"}).access == "longer"
    assert network.form(2) == {"grant_type": "th_refresh_token", "access_token": "long"}


def test_facebook_takes_the_page_s_own_token(network: Network, http: Http) -> None:
    flow = flow_of(network, http, "facebook")
    network.answers = [(200, {"access_token": "short"}), (200, {"access_token": "long"})]
    tokens = redeem(flow)
    assert network.asked[0][0] == "GET"
    assert network.form(1)["fb_exchange_token"] == "short"
    draft = Draft(registry.load("facebook"), "page", "UTC", api_base=network.base)
    draft.take(APP, tokens)
    pages = [{"id": "1", "name": "One", "access_token": "of one"}]
    network.answers = [(200, {"data": pages})]
    draft.adopt(http)
    assert (draft.settings["page_id"], draft.secrets["token"]) == ("1", "of one")
    assert draft.tokens is not None
    assert draft.tokens.lifetime is None  # the page's token does not end by time


def test_facebook_asks_which_page(network: Network, http: Http) -> None:
    draft = Draft(registry.load("facebook"), "page", "UTC", api_base=network.base)
    draft.take(APP, Tokens("of a person"))
    pages = [{"id": n, "name": f"Page {n}", "access_token": f"of {n}"} for n in ("1", "2")]
    network.answers = [(200, {"data": pages})] * 2
    with pytest.raises(Rejected, match=r"1 \(Page 1\), 2 \(Page 2\)"):
        draft.adopt(http)
    draft.settings["page_id"] = "2"
    draft.adopt(http)
    assert draft.secrets["token"] == "of 2"


def test_reddit_names_its_app_by_basic(network: Network, http: Http) -> None:
    flow = flow_of(network, http, "reddit", App("id:with colon", "secret"))
    assert "duration=permanent" in flow.ask(REDIRECT).url
    network.answers = [(200, {"access_token": "a", "refresh_token": "r", "expires_in": 86_400})]
    assert redeem(flow).refresh == "r"
    assert basic(network.asked[0][3]) == "id%3Awith%20colon:secret"  # RFC 6749, 2.3.1
    assert "client_secret" not in network.form(0)


def test_a_public_app_names_its_id_only(network: Network, http: Http) -> None:
    flow = flow_of(network, http, "x", App("public"))
    network.answers = [(200, {"access_token": "a"})]
    redeem(flow)
    assert network.form(0)["client_id"] == "public"
    assert "client_secret" not in network.form(0)
    assert "Authorization" not in network.asked[0][3]
    assert len(network.form(0)["code_verifier"]) >= 43


def test_pinterest_tells_how_long_its_refresh_token_lasts(
    network: Network, http: Http, engine: Engine
) -> None:
    flow = flow_of(network, http, "pinterest")
    assert "scope=boards%3Aread%2Cboards%3Awrite" in flow.ask(REDIRECT).url
    told = {"access_token": "a", "refresh_token": "r", "refresh_token_expires_in": 5_184_000}
    network.answers = [(200, told | {"expires_in": 2_592_000})]
    tokens = redeem(flow)
    assert tokens.refresh_lifetime == timedelta(days=60)
    now = engine.store.now()
    found = standing(flow.facts, tokens, now)
    assert found.renew_at == now + timedelta(days=24)
    assert found.ends_at == now + timedelta(days=60)
    # A renewal that names no new end keeps the old one.
    later = standing(flow.facts, Tokens("b", "r2", lifetime=timedelta(days=30)), now, found)
    assert later.ends_at == found.ends_at


def test_naver_says_seconds_as_text(network: Network, http: Http) -> None:
    flow = flow_of(network, http, "navercafe")
    network.answers = [(200, {"access_token": "a", "refresh_token": "r", "expires_in": "3600"})]
    assert redeem(flow).lifetime == timedelta(hours=1)
    assert network.asked[0][0] == "GET"
    assert network.form(0)["state"]


def test_linkedin_is_not_renewed(network: Network, http: Http, engine: Engine) -> None:
    flow = flow_of(network, http, "linkedin")
    scope = "openid,profile,w_member_social"
    network.answers = [(200, {"access_token": "a", "expires_in": 5_183_999, "scope": scope})]
    tokens = redeem(flow)
    assert flow.facts.missing(tokens.scopes or (), flow.facts.scopes) == []
    found = standing(flow.facts, tokens, engine.store.now())
    assert found.renew_at is None
    assert found.ends_at == found.expires_at


@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        (400, {"error": "invalid_grant", "error_description": "used"}, Unauthorized),
        (400, {"error": {"code": 190, "message": "expired"}}, Unauthorized),
        (401, {"error": "invalid_client"}, Rejected),
        (429, {}, Throttled),
        (500, {}, Unknown),
        (200, "<html>", Unknown),
        (200, {"token": "elsewhere"}, Unknown),
        (200, {"access_token": ""}, Unknown),
    ],
)
def test_answers_that_give_no_token(
    network: Network, http: Http, status: int, answer: Any, outcome: type[PlatformError]
) -> None:
    flow = flow_of(network, http, "x")
    network.answers = [(status, answer)]
    with pytest.raises(outcome) as told:
        flow.renew({"token": "a", "refresh_token": "the old one"})
    assert type(told.value) is outcome
    assert "the old one" not in str(told.value)


def test_a_network_that_is_away(http: Http, network: Network) -> None:
    flow = flow_of(network, http, "x")
    gone = Flow(flow.facts, APP, http, "http://127.0.0.1:9", {})
    with pytest.raises(NotSent):
        gone.renew({"token": "a", "refresh_token": "r"})


def test_the_app_serves_the_next_time_too(
    socialpipe: Command, engine: Engine, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"token_url": f"{network.base}/token", "refresh_url": f"{network.base}/refresh"}
    app = {"client_id": "our app", "client_secret": "our secret"}
    engine.store.channels.add(
        "threads", "threads", api_base=network.base, settings=settings, secrets=app, timezone="UTC"
    )
    network.answers = [
        (200, {"access_token": "short"}),
        (200, {"access_token": "long", "expires_in": 5_184_000}),
        (200, {"id": "7", "username": "poster"}),
    ]
    words = ("channel", "connect", "threads", "threads")
    done = socialpipe(*words, stdin=b"just-the-code\n")  # https: it is pasted
    assert done.code == 0, done.err
    assert network.form(0)["client_id"] == "our app"
    assert network.form(0)["redirect_uri"] == "https://localhost/callback"
    assert "renews itself" in done.err


# ── what is missing, in the network's own terms ────────────────────────────────────────────────


def opened(network: Network, http: Http, platform: str, **settings: str) -> Platform:
    secrets = {"token": "a token", "password": "a password"}
    kind = registry.load(platform)
    return Draft(kind, platform, "UTC", network.base, settings, secrets).open(http)


@pytest.mark.parametrize(
    ("kind", "member", "fine"),
    [
        ("channel", {"status": "administrator", "can_post_messages": True}, True),
        ("channel", {"status": "administrator", "can_post_messages": False}, False),
        ("channel", {"status": "left"}, False),
        ("supergroup", None, True),
    ],
)
def test_a_telegram_bot_must_be_let_post(
    network: Network, http: Http, kind: str, member: dict[str, Any] | None, fine: bool
) -> None:
    bot = {"id": 7, "username": "our_bot"}
    results = [{"id": -100, "type": kind}, bot, member][: 3 if member else 1]
    network.answers = [(200, {"ok": True, "result": result}) for result in results]
    found = lacks(opened(network, http, "telegram", chat_id="@ours"))
    assert (found == {}) == fine
    if not fine:
        assert (
            "add @our_bot, allow Post Messages"
            in found["the right to post messages in the channel"]
        )
    assert network.answers == []


@pytest.mark.parametrize("publish", [True, False])
def test_a_wordpress_user_must_be_an_author(network: Network, http: Http, publish: bool) -> None:
    rights = {"publish_posts": publish, "upload_files": True}
    network.answers = [(200, {"id": 1, "name": "poster", "capabilities": rights})]
    found = lacks(opened(network, http, "wordpress", username="poster"))
    assert list(found) == ([] if publish else ["the right to publish posts"])
    assert all("role Author" in remedy for remedy in found.values())


@pytest.mark.parametrize(
    ("scopes", "missing_"),
    [("chat:write, files:write", []), ("chat:write", ["the scope files:write"]), ("", [])],
)
def test_a_slack_bot_must_have_its_scopes(
    network: Network, http: Http, scopes: str, missing_: list[str]
) -> None:
    network.scopes = scopes
    network.answers = [(200, {"ok": True, "user_id": "U1", "user": "bot"})]
    assert list(lacks(opened(network, http, "slack", channel="C1"))) == missing_


def test_a_server_that_does_not_tell_is_no_obstacle(network: Network, http: Http) -> None:
    network.answers = [(500, {})]
    assert lacks(opened(network, http, "wordpress", username="poster")) == {}
    network.answers = [(404, {"error": "no"})]
    assert granted(opened(network, http, "mastodon"), None) is None


def test_mastodon_tells_what_was_granted(network: Network, http: Http) -> None:
    network.answers = [(200, {"name": "socialpipe", "scopes": ["read", "write:statuses"]})]
    assert missing(opened(network, http, "mastodon"), None) == ["write:media"]
