"""What the story needs from the world: the store, the network, and who may call it now."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from socialpipe.errors import PlatformError
from socialpipe.hosting import host_of
from socialpipe.model import Card, Channel, Rate
from socialpipe.platforms import registry
from socialpipe.platforms.answer import Answer, spent
from socialpipe.platforms.base import Account, Platform
from socialpipe.platforms.http import Http
from socialpipe.renewal import renewer
from socialpipe.settings import Settings
from socialpipe.store import Store


class Traffic(Protocol):
    """Who may call a network now: rate budgets and circuit breakers, shared by all workers."""

    def ask(self, asked: Sequence[Wish]) -> list[Refusal | None]:
        """Take the right to publish, for each that asks on its own; a Refusal takes nothing."""
        ...

    def ask_to_read(self, channel: Channel, calls: int) -> Refusal | None:
        """Take the right to read numbers, which takes none of the right to publish."""
        ...

    def saw(self, channel: Channel, wait: float) -> None:
        """Hear from an answer that the network allows nothing for `wait` seconds."""
        ...

    def heard(self, outcomes: Sequence[tuple[Channel, PlatformError | None]]) -> None:
        """Hear how publications went; None: well."""
        ...


class Wish(NamedTuple):
    """What one delivery asks for: to publish so many posts at rates of its network."""

    channel: Channel
    rates: Sequence[Rate]
    posts: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Not now: why, and for how many seconds."""

    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Engine:
    """What the story needs from the world. `chance` gives jitter in [0, 1)."""

    store: Store
    settings: Settings
    http: Http
    actor: str
    traffic: Traffic | None = None
    chance: Callable[[], float] = random.random

    @classmethod
    def open(cls, settings: Settings, role: str, traffic: Traffic | None = None) -> Engine:
        """Open the store and the network for one process.

        Raises TryAgain when the database cannot be reached.
        """
        http = Http(
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.read_timeout,
            allow_private_hosts=settings.allow_private_hosts,
        )
        actor = f"{role} {socket.gethostname()}:{os.getpid()}"
        return cls(Store(settings), settings, http, actor, traffic)


def connect(
    engine: Engine, channel: Channel, since: datetime | None = None, sealed: bytes | None = None
) -> Platform:
    """Open the adapter of a channel, with its credentials: those given, or those of now.

    `since` is when the delivery was frozen: addresses of its images count from then.
    """
    vault = engine.store.vault
    secrets = vault.open(sealed) if sealed else engine.store.channels.secrets(channel.id)
    http = _watched(engine, channel)
    account = Account(
        name=channel.name,
        settings=channel.settings,
        secrets=secrets,
        http=http,
        session=engine.store.channels.session(channel.id),
        api_base=channel.api_base,
        public_url=_public_url(engine, channel, since),
        renew=renewer(engine.store, http, channel, secrets),
    )
    return registry.load(channel.platform)(account)


def _public_url(
    engine: Engine, channel: Channel, since: datetime | None
) -> Callable[[Card], str] | None:
    """Say where networks can fetch an image; None: nowhere."""
    host = host_of(engine.settings, engine.store)
    if host is None:
        return None
    lasting = not registry.load(channel.platform).copies_images
    frozen = since or engine.store.now()
    return lambda card: host.url(card, frozen, lasting=lasting)


def _watched(engine: Engine, channel: Channel) -> Http:
    """Let the network's own headers feed the rate budgets."""
    traffic = engine.traffic
    if traffic is None:
        return engine.http

    def seen(answer: Answer) -> None:
        if (wait := spent(answer)) is not None:
            traffic.saw(channel, wait)

    return engine.http.watched_by(seen)
