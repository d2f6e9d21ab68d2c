"""OAuth 1.0a: a provider that checks every signature (oauthlib's own server side)."""

from __future__ import annotations

import json
import threading
import webbrowser
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from oauthlib.oauth1 import RequestValidator, SignatureOnlyEndpoint
from tests.cli.conftest import Command

from socialpipe.cli import channel_connect
from socialpipe.engine import Engine, connect

KEY, KEY_SECRET = "consumerkeyconsumerkey", "the secret of the app"
TOKENS = {"": "", "requesttokenrequesttoken": "r secret", "accesstokenaccesstoken": "a secret"}
PIN = "1234567"


class _Validator(RequestValidator):
    """Knows one app and its two tokens; a nonce serves once."""

    enforce_ssl = False
    client_key_length = nonce_length = (1, 100)
    dummy_client = "dummy"

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def check_client_key(self, client_key: str) -> bool:
        return client_key == KEY

    def check_access_token(self, request_token: str) -> bool:
        return request_token in TOKENS

    def validate_timestamp_and_nonce(
        self, client_key: str, timestamp: str, nonce: str, *given: Any, **more: Any
    ) -> bool:
        del client_key, timestamp, given, more
        fresh = nonce not in self.seen
        self.seen.add(nonce)
        return fresh

    def validate_client_key(self, client_key: str, request: Any) -> bool:
        del request
        return client_key == KEY

    def get_client_secret(self, client_key: str, request: Any) -> str:
        del client_key, request
        return KEY_SECRET

    def get_access_token_secret(self, client_key: str, token: str, request: Any) -> str:
        del client_key, request
        return TOKENS[token or ""]


class Old(BaseHTTPRequestHandler):
    """The older half of X."""

    callbacks: list[str]
    endpoint: SignatureOnlyEndpoint

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        url = f"http://{self.headers['Host']}{self.path}"
        head = {"Authorization": self.headers.get("Authorization", "")}
        good, request = self.endpoint.validate_request(url, self.command, "", head)
        path, token = urlsplit(self.path).path, (request and request.resource_owner_key) or ""
        if not good:
            self._say(401, json.dumps({"title": "Unauthorized"}))
        elif path == "/oauth/request_token":
            self.callbacks.append(request.redirect_uri)
            self._say(200, _pair("requesttokenrequesttoken"))
        elif path == "/oauth/access_token" and request.verifier == PIN and token[0] == "r":
            self._say(200, _pair("accesstokenaccesstoken"))
        elif token != "accesstokenaccesstoken":
            self._say(401, json.dumps({"title": "Unauthorized"}))
        elif path == "/2/users/me":
            self._say(200, json.dumps({"data": {"id": "7", "username": "poster"}}))
        else:
            self._say(201, json.dumps({"data": {"id": "9", "text": ""}}))

    def _say(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Be silent."""


def _pair(token: str) -> str:
    return urlencode({"oauth_token": token, "oauth_token_secret": TOKENS[token]})


@pytest.fixture
def old() -> Iterator[HTTPServer]:
    Old.callbacks, Old.endpoint = [], SignatureOnlyEndpoint(_Validator())
    server = HTTPServer(("127.0.0.1", 0), Old)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def words(old: HTTPServer, tmp_path: Path) -> list[str]:
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "secret").write_text(KEY_SECRET)
    return [
        *("channel", "connect", "x", "news", "--oauth1"),
        *("--set", f"api_base=http://127.0.0.1:{old.server_port}"),
        *("--secret", f"client_id=@{tmp_path / 'key'}"),
        *("--secret", f"client_secret=@{tmp_path / 'secret'}"),
    ]


def test_a_pin(socialpipe: Command, words: list[str], engine: Engine) -> None:
    done = socialpipe(*words, "--paste", stdin=f"{PIN}\n".encode())
    assert done.code == 0, done.err
    assert Old.callbacks == ["oob"]
    channel = engine.store.channels.get("news")
    held = engine.store.channels.secrets(channel.id)
    assert (held["token"], held["token_secret"]) == ("accesstokenaccesstoken", "a secret")
    platform = connect(engine, channel)
    assert platform.check().name == "poster"
    # Bodies that are JSON are no part of the signature; parameters are.
    assert platform.call("POST", "/2/tweets", creates=True, json={"text": "하나"}).status == 201
    shown = {"max_results": "100", "start_time": "2026-11-23T00:00:00Z", "q": "한 강&="}
    assert platform.call("GET", "/2/users/me", params=shown).status == 200


def test_a_browser(
    socialpipe: Command, words: list[str], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def visit(url: str) -> bool:
        token = parse_qs(urlsplit(url).query)["oauth_token"][0]
        back = urlencode({"oauth_token": token, "oauth_verifier": PIN})
        return requests.get(f"{Old.callbacks[0]}?{back}", timeout=20).ok

    monkeypatch.setattr(webbrowser, "open", visit)
    assert socialpipe(*words).code == 0
    assert engine.store.channels.get("news").platform == "x"


@pytest.mark.parametrize("answer", ["oauth_token=other&oauth_verifier=1234567", "denied=x"])
def test_another_answer_is_refused(
    socialpipe: Command, words: list[str], engine: Engine, monkeypatch: pytest.MonkeyPatch,
    answer: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(channel_connect, "paste", lambda _: f"http://127.0.0.1/callback?{answer}")
    assert socialpipe(*words, "--paste").code == 5
    assert engine.store.channels.all() == []


def test_a_wrong_secret_is_refused(
    socialpipe: Command, words: list[str], tmp_path: Path, engine: Engine
) -> None:
    (tmp_path / "secret").write_text("wrong")
    assert socialpipe(*words, "--paste", stdin=f"{PIN}\n".encode()).code == 5
    assert engine.store.channels.all() == []


def test_where_there_is_none_it_is_told(socialpipe: Command) -> None:
    done = socialpipe("channel", "connect", "tumblr", "blog", "--oauth1")
    assert (done.code, "has no OAuth 1.0a" in done.err) == (2, True)
