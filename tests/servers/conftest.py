"""Foreign servers, each started once per test worker, and an engine to publish to them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from PIL import Image
from tests.conftest import Environment
from tests.servers import wordpress
from tests.servers.bluesky import BlueskyAccount, bluesky, missing, new_account
from tests.servers.lossy import Lossy
from tests.servers.mail import MailServer, mail_server
from tests.servers.mastodon import MastodonServer, mastodon
from tests.servers.matrix import Homeserver, homeserver
from tests.servers.nostr import RelayServer, relay

from socialpipe.engine import Engine
from socialpipe.model import Card
from socialpipe.platforms.http import Http
from socialpipe.settings import load
from socialpipe.store import Store

Between = Callable[[int], Lossy]


@pytest.fixture(scope="session")
def mastodon_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MastodonServer]:
    with mastodon(tmp_path_factory.mktemp("mastodon")) as running:
        yield running


@pytest.fixture
def mastodon_server(mastodon_process: MastodonServer) -> MastodonServer:
    """A Mastodon without statuses."""
    mastodon_process.reset()
    return mastodon_process


@pytest.fixture(scope="session")
def matrix_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    with homeserver(tmp_path_factory.mktemp("matrix")) as running:
        yield running


@pytest.fixture(scope="session")
def relay_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayServer]:
    with relay(tmp_path_factory.mktemp("relay")) as running:
        yield running


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture(scope="session")
def bluesky_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    if reason := missing():
        pytest.skip(f"Bluesky's server cannot be built here: {reason}")
    with bluesky(tmp_path_factory.mktemp("bluesky")) as port:
        yield port


@pytest.fixture
def account(bluesky_port: int) -> BlueskyAccount:
    """A Bluesky account without posts."""
    return new_account(bluesky_port)


@pytest.fixture(scope="session")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[wordpress.Site]:
    if reason := wordpress.missing():
        pytest.skip(f"WordPress cannot be had here: {reason}")
    with wordpress.wordpress(tmp_path_factory.mktemp("wordpress")) as running:
        yield running


@pytest.fixture
def site(blog: wordpress.Site) -> wordpress.Site:
    """A WordPress without posts."""
    blog.clear()
    return blog


@pytest.fixture
def between() -> Iterator[Between]:
    """Put a lossy proxy before a port."""
    with ExitStack() as stack:
        yield lambda port: stack.enter_context(Lossy(port))


@pytest.fixture
def engine(environment: Environment) -> Iterator[Engine]:
    """An engine without jitter, on SQLite."""
    environment()
    http = Http(connect_timeout=5, read_timeout=20, allow_private_hosts=True)
    store = Store(load())
    yield Engine(store, load(), http, actor="test", chance=lambda: 0.0)
    store.close()


@pytest.fixture(scope="session")
def picture() -> Card:
    """An image in the form of a card, with an alt text."""
    file = io.BytesIO()
    Image.new("RGB", (1200, 675), "#3b2bff").save(file, "JPEG")
    return Card(file.getvalue(), 1200, 675, "한강의 밤: 파란 바탕 위의 글 “하루 3만 2천 명”")
