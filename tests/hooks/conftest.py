"""A messenger on the store under test, and a receiver that checks what it is sent."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from dataclasses import dataclass
from typing import Any

import pytest
from tests.platforms.network import Act, Network, Reply, Request, Route

from socialpipe.engine import Engine
from socialpipe.model import Channel
from socialpipe.platforms.http import Http
from socialpipe.schedule.topics import Topic
from socialpipe.settings import load
from socialpipe.store import Store
from socialpipe.store.hooks import Hook, Message
from socialpipe.worker.messenger import Messenger

KEY = b"a signing key of thirty-two byte"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


def is_signed(request: Request) -> bool:
    """Verify as the specification says, without our own code."""
    name = {key.lower(): value for key, value in request.headers.items()}
    content = f"{name['webhook-id']}.{name['webhook-timestamp']}.".encode() + request.body
    good = "v1," + base64.b64encode(hmac.digest(KEY, content, "sha256")).decode()
    return hmac.compare_digest(good, name["webhook-signature"])


@dataclass
class Receiver:
    """An endpoint on loopback."""

    network: Network

    @property
    def url(self) -> str:
        return f"{self.network.base}/events"

    @property
    def bodies(self) -> list[Any]:
        return [request.json for request in self.network.requests]

    @property
    def types(self) -> list[str]:
        return [body["type"].removeprefix("delivery.") for body in self.bodies]

    @property
    def ids(self) -> list[str]:
        headers = [request.headers for request in self.network.requests]
        return [dict(one)["webhook-id"] for one in headers]

    def answers(self, route: Route) -> None:
        """Answer so from now on."""
        self.network.routes = {"POST /events": route}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    def accept(request: Request) -> Act:
        return Reply(204 if is_signed(request) else 401)

    with Network({"POST /events": accept}) as network:
        yield Receiver(network)


@pytest.fixture
def messenger(store: Store) -> Iterator[Messenger]:
    """A messenger without jitter: the first retry is due after 5 s."""
    http = Http(connect_timeout=1, read_timeout=1, allow_private_hosts=True)
    settings = load().model_copy(update={"connect_timeout": 1.0, "read_timeout": 0.5})
    running = Messenger(Engine(store, settings, http, "test", chance=lambda: 0.5))
    yield running
    running.close()


@pytest.fixture
def tell(store: Store, messenger: Messenger) -> Callable[[], list[Message]]:
    """Run one round to its end; return the messages, oldest first."""

    def run() -> list[Message]:
        done, undone = wait(messenger.round(), timeout=30)
        assert not undone
        for one in done:
            one.result()
        return list(reversed(store.hooks.messages()))

    return run


@pytest.fixture
def channel(store: Store) -> Channel:
    secrets = {"token": "token-of-the-channel"}
    where = "http://127.0.0.1:9"
    return store.channels.add(
        "news", "mastodon", api_base=where, settings={}, secrets=secrets, timezone="UTC"
    )


@pytest.fixture
def hook(store: Store, receiver: Receiver) -> Hook:
    """A hook that listens to everything."""
    return store.hooks.add(receiver.url, list(Topic), SECRET)
