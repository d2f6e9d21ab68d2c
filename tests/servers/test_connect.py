"""Accounts let us in on real servers: an app password, OAuth, a log-in."""

from __future__ import annotations

import html
import multiprocessing
import os
import pty
import re
import signal
import subprocess
import sys
import time
import webbrowser
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests
from tests.cli.conftest import Command, socialpipe
from tests.servers import matrix as synapse
from tests.servers.bluesky import PASSWORD, BlueskyAccount
from tests.servers.mastodon import MastodonServer
from tests.servers.matrix import Homeserver

from socialpipe.engine import Engine, connect
from socialpipe.model import Channel
from socialpipe.platforms.http import Http
from socialpipe.settings import load
from socialpipe.store import Store
from socialpipe.store.channels import ChannelSession

__all__ = ["socialpipe"]  # a fixture
pytestmark = pytest.mark.timeout(1500)  # the first one on a machine compiles a server
FORK = multiprocessing.get_context("fork")


# ── Bluesky: an app password, typed by a person ────────────────────────────────────────────────


def typed(words: list[str], answers: list[str]) -> tuple[int, str]:
    """Run a command in a terminal and type the answers; return its exit code and the screen."""
    ours, theirs = pty.openpty()
    program = [sys.executable, "-m", "socialpipe", *words]
    process = subprocess.Popen(program, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    screen = b""
    with suppress(OSError):  # the terminal is closed when the command ends
        while part := os.read(ours, 4096):
            screen += part
            if answers and screen.rstrip().endswith(b":"):
                time.sleep(0.2)  # the echo is off a moment after the question stands
                os.write(ours, f"{answers.pop(0)}\n".encode())
                screen += b" "
    os.close(ours)
    return process.wait(60), screen.decode()


@pytest.fixture
def bluesky_channel(engine: Engine, account: BlueskyAccount) -> Channel:
    base = f"http://127.0.0.1:{account.port}"
    words = ["channel", "connect", "bluesky", "sky", "--set", f"api_base={base}"]
    code, screen = typed(words, [PASSWORD, account.handle])
    assert code == 0, screen
    assert f"Bluesky knows us as {account.handle}" in screen
    assert PASSWORD not in screen  # no echo
    return engine.store.channels.get("sky")


def test_bluesky_by_app_password(engine: Engine, bluesky_channel: Channel) -> None:
    session = engine.store.channels.session(bluesky_channel.id).load()
    assert session is not None  # the log-in of the test is kept: they are few
    assert connect(engine, bluesky_channel).check().id == session["did"]


def test_bluesky_refuses_a_wrong_password(
    engine: Engine, account: BlueskyAccount, socialpipe: Command, tmp_path: Path
) -> None:
    (tmp_path / "wrong").write_text("wrong")
    base = f"http://127.0.0.1:{account.port}"
    done = socialpipe(
        *("channel", "connect", "bluesky", "sky", "--set", f"api_base={base}"),
        *("--set", f"identifier={account.handle}", "--secret", f"password=@{tmp_path / 'wrong'}"),
    )
    assert done.code == 5
    assert "app password" in done.err
    assert engine.store.channels.all() == []


def renew_and_die(channel_id: int) -> None:
    http = Http(connect_timeout=5, read_timeout=20, allow_private_hosts=True)
    engine = Engine(Store(load()), load(), http, actor="another")
    platform = connect(engine, engine.store.channels.by_id(channel_id))

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    ChannelSession.save = die  # type: ignore[method-assign,assignment]
    platform._refresh(platform.account.session.load())  # type: ignore[attr-defined]


def test_bluesky_gives_the_token_again_after_a_crash(
    engine: Engine, bluesky_channel: Channel
) -> None:
    session = engine.store.channels.session(bluesky_channel.id)
    stale = session.load()
    child = FORK.Process(target=renew_and_die, args=(bluesky_channel.id,))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    session._set(None, renewer=None, renewer_until=None)  # do not wait for the dead one's lock
    platform = connect(engine, bluesky_channel)
    platform._refresh(stale)  # type: ignore[attr-defined]
    fresh = session.load()
    assert fresh is not None
    assert fresh["refreshJwt"] != (stale or {})["refreshJwt"]
    assert platform.check().id == fresh["did"]


def test_bluesky_session_ends_on_removal(
    engine: Engine, bluesky_channel: Channel, account: BlueskyAccount, socialpipe: Command
) -> None:
    session = engine.store.channels.session(bluesky_channel.id).load()
    assert session is not None
    assert "has ended the credential" in socialpipe("channel", "remove", "sky").err
    url = f"http://127.0.0.1:{account.port}/xrpc/com.atproto.server.refreshSession"
    headers = {"Authorization": f"Bearer {session['refreshJwt']}"}
    assert requests.post(url, headers=headers, timeout=20).status_code == 400


# ── Mastodon: an app that is registered at run time ────────────────────────────────────────────


@pytest.fixture
def picked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Be a browser whose person picks the first account of the server."""
    asked: list[str] = []

    def visit(url: str) -> bool:
        asked.append(url)
        page = requests.get(url, timeout=20).text
        hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
        fields = {name: html.unescape(value) for name, value in hidden}
        name = re.search(r'name="username" value="(\w+)"', page)
        assert name is not None
        action = urljoin(url, "/oauth/authorize")
        assert requests.post(action, data=fields | {"username": name[1]}, timeout=20).ok
        return True

    monkeypatch.setattr(webbrowser, "open", visit)
    return asked


def test_mastodon_by_oauth(
    engine: Engine, mastodon_server: MastodonServer, picked: list[str], socialpipe: Command
) -> None:
    base = f"api_base={mastodon_server.base}"
    done = socialpipe("channel", "connect", "mastodon", "fedi", "--set", base)
    assert done.code == 0, done.err
    (url,) = picked
    assert "code_challenge_method=S256" in url
    channel = engine.store.channels.get("fedi")
    held = engine.store.channels.secrets(channel.id)
    assert set(held) == {"token", "client_id", "client_secret"}
    stands = engine.store.credentials.get(channel.id)
    assert stands is not None
    assert stands.ends_at is None  # tokens of Mastodon do not end by time
    assert "write:media" in (stands.scopes or ())
    told = socialpipe("channel", "test", "fedi")
    assert (told.code, "does not end by time" in told.out) == (0, True)
    assert "has ended the credential" in socialpipe("channel", "disconnect", "fedi").err
    look = {"Authorization": f"Bearer {held['token']}"}
    who = f"{mastodon_server.base}/api/v1/accounts/verify_credentials"
    assert requests.get(who, headers=look, timeout=20).status_code == 401


# ── Matrix: a log-in whose password is not kept ────────────────────────────────────────────────


def test_matrix_by_log_in(engine: Engine, matrix_server: Homeserver, socialpipe: Command) -> None:
    room = matrix_server.room(matrix_server.login())
    words = ["channel", "connect", "matrix", "room"]
    words += ["--set", f"api_base={matrix_server.base}", "--set", f"room_id={room}"]
    code, screen = typed(words, [synapse.USER, synapse.PASSWORD])
    assert code == 0, screen
    assert synapse.PASSWORD not in screen
    channel = engine.store.channels.get("room")
    held = engine.store.channels.secrets(channel.id)
    assert set(held) == {"token"}
    assert connect(engine, channel).check().id == "@poster:localhost"
    assert "has ended the credential" in socialpipe("channel", "remove", "room").err
    with pytest.raises(requests.HTTPError, match="401"):
        matrix_server.call("GET", "/account/whoami", held["token"])


def test_matrix_refuses_a_wrong_password(engine: Engine, matrix_server: Homeserver) -> None:
    words = ["channel", "connect", "matrix", "room", "--set", "room_id=!r:localhost"]
    words += ["--set", f"api_base={matrix_server.base}"]
    code, screen = typed(words, [synapse.USER, "wrong"])
    assert code == 5, screen
    assert engine.store.channels.all() == []
