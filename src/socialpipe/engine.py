"""What the story needs from the world: the store, the network, and who may call it now."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

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

    def ask(self, channel: Channel, rates: Sequence[Rate], posts: int) -> Refusal | None:
        """Take the right to publish `posts`; a Refusal takes nothing."""
        ...

    def ask_to_read(self, channel: Channel, calls: int) -> Refusal | None:
        """Take the right to read numbers, which takes none of the right to publish."""
        ...

    def saw(self, channel: Channel, wait: float) -> None:
        """Hear from an answer that the network allows nothing for `wait` seconds."""
        ...

    def heard(self, channel: Channel, outcome: PlatformError | None) -> None:
        """Hear how a publication went; None: well."""
        ...


@dataclass(frozen=True, slots=True)
class Refusal:
    """Not now: why, and for how many seconds."""

    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Engine:
    """What the story needs from the world. `chance` gives jitter in [0, 1).

    `places` are taken while networks are called: there are so many, and the rest of the work does
    not take them up.
    """

    store: Store
    settings: Settings
    http: Http
    actor: str
    traffic: Traffic | None = None
    chance: Callable[[], float] = random.random
    places: AbstractContextManager[object] = field(default_factory=nullcontext)

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


def connect(engine: Engine, channel: Channel, since: datetime | None = None) -> Platform:
    """Open the adapter of a channel, with its credentials.

    `since` is when the delivery was frozen: addresses of its images count from then.
    """
    secrets = engine.store.channels.secrets(channel.id)
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
