"""A strict OAuth provider, started once per test worker, and a channel that it let in."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa
from tests.cli.conftest import socialpipe
from tests.conftest import Environment
from tests.servers.oidc import CLIENT, SECRET, Provider, oidc_provider

from socialpipe.connecting import Draft
from socialpipe.engine import Engine
from socialpipe.model import Channel
from socialpipe.platforms import registry
from socialpipe.platforms.http import Http
from socialpipe.platforms.oauth.model import App
from socialpipe.settings import load
from socialpipe.store import Store
from socialpipe.store.schema import credential

__all__ = ["socialpipe"]  # a fixture
REDIRECT = "http://127.0.0.1:5555/callback"


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with oidc_provider(tmp_path_factory.mktemp("oidc")) as running:
        yield running


@pytest.fixture
def engine(environment: Environment) -> Iterator[Engine]:
    environment()
    http = Http(connect_timeout=5, read_timeout=20, allow_private_hosts=True)
    store = Store(load())
    yield Engine(store, load(), http, actor="test", chance=lambda: 0.0)
    store.close()


@dataclass(frozen=True)
class Browser:
    """A person's browser: what it was sent to, and what came of it."""

    asked: list[str]
    answers: list[requests.Response]


@pytest.fixture
def browser(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Sign in wherever the browser is opened, and go where the network sends it."""
    seen, threads = Browser([], []), []

    def visit(url: str) -> None:
        seen.answers.append(requests.get(provider.sign_in(url), timeout=20))

    def opened(url: str) -> bool:
        seen.asked.append(url)
        threads.append(threading.Thread(target=visit, args=(url,)))
        threads[-1].start()
        return True

    monkeypatch.setattr(webbrowser, "open", opened)
    yield seen
    for thread in threads:
        thread.join(30)


def let_in(engine: Engine, provider: Provider, name: str = "news") -> Channel:
    """Connect a channel without the command line."""
    kind = registry.load("x")
    where = {"authorize_url": provider.authorize_url}
    draft = Draft(kind, name, "UTC", api_base=provider.base, settings=where)
    app = App(CLIENT, SECRET)
    flow = draft.flow(engine.http, app)
    asked = flow.ask(REDIRECT)
    draft.take(app, flow.redeem(asked, provider.sign_in(asked.url)))
    draft.try_out(engine.http)
    return draft.keep(engine, "test")


@pytest.fixture
def channel(engine: Engine, provider: Provider) -> Channel:
    return let_in(engine, provider)


def stands(store: Store, channel: Channel, **values: object) -> None:
    """Turn the clock of a credential."""
    query = sa.update(credential).where(credential.c.channel_id == channel.id)
    with store.database.write() as connection:
        connection.execute(query.values(**values))


def days(store: Store, number: float) -> dict[str, object]:
    """Let a credential end in so many days, with nothing to renew it."""
    return {"renew_at": None, "expires_at": store.now() + timedelta(days=number)}


@pytest.fixture
def arguments(provider: Provider, tmp_path: Path) -> list[str]:
    """What every `channel connect` of these tests is given."""
    (tmp_path / "app").write_text(SECRET)
    return [
        *("channel", "connect", "x", "news", "--port", "0"),
        *("--set", f"api_base={provider.base}"),
        *("--set", f"authorize_url={provider.authorize_url}"),
        *("--set", f"client_id={CLIENT}"),
        *("--secret", f"client_secret=@{tmp_path / 'app'}"),
    ]
