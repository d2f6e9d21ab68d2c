"""Tokens stay alive: one worker of all renews, and no answer is thrown away.

    alone in the channel's lock → write the intent → ask the network → store what came back

A worker that dies before it has stored the answer leaves the intent behind. The next one asks
again with the old refresh token, which is right for every network that does not rotate, or that
honours the old one for a while. Where the network is stricter than that, nobody can get the new
token any more: the channel is to be connected anew, and is told so.
"""

from __future__ import annotations

import copy
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from socialpipe.errors import (
    NotSent,
    PlatformError,
    Rejected,
    Throttled,
    TryAgain,
    Unauthorized,
)
from socialpipe.model import Channel
from socialpipe.platforms import registry
from socialpipe.platforms.base import Platform
from socialpipe.platforms.http import Http
from socialpipe.platforms.oauth.flow import Flow
from socialpipe.platforms.oauth.model import App, OAuthFacts, Tokens, renewal
from socialpipe.store import Store
from socialpipe.store.credentials import Standing

log = logging.getLogger(__name__)

_PATIENCE = 10.0  # s for an answer: the whole renewal must end before its lock does
_KEEP_TRYING = 30.0  # s to store a token while the database is away
_TOO_YOUNG = timedelta(hours=25)  # Meta renews no token that is younger than 24 h
_LATER = timedelta(minutes=5)  # a network that is not to be reached is asked again


def renewer(
    store: Store, http: Http, channel: Channel, held: Mapping[str, str]
) -> Callable[[str], Mapping[str, str]] | None:
    """Return what gives new secrets in the place of a refused token; None: nothing does."""
    facts = registry.load(channel.platform).oauth
    if facts is None or not can_renew(facts, held):
        return None
    return lambda stale: renew(store, http, channel, stale)


def can_renew(facts: OAuthFacts, held: Mapping[str, str]) -> bool:
    """Whether the network gives new tokens for what a channel holds."""
    return bool(held.get("refresh_token") or (facts.refresh and held.get("token")))


def renew(
    store: Store, http: Http, channel: Channel, stale: str, actor: str = "renewal"
) -> dict[str, str]:
    """Return the channel's secrets with a token other than `stale`.

    Raises Unauthorized when only a person can help, NotSent or Throttled when it failed for now.
    """
    with store.channels.session(channel.id).alone():
        held = store.channels.secrets(channel.id)
        before = store.credentials.get(channel.id)
        if held.get("token") != stale:  # another worker was first
            return held
        if before is None:
            before = Standing(issued_at=store.now())
            store.credentials.begin(channel.id, before)
        if before.problem:
            raise Unauthorized(before.problem)
        return _Renewal(store, http, channel, actor).ask(held, before)


def flow_of(kind: type[Platform], http: Http, channel: Channel, app: App) -> Flow:
    """Open the flow of a channel's network."""
    if kind.oauth is None:
        raise Rejected(f"{kind.title} has no OAuth.")
    base = (channel.api_base or kind.api_base).rstrip("/")
    return Flow(kind.oauth, app, http, base, channel.settings)


def app_of(held: Mapping[str, str]) -> App:
    """Return the app that a channel was connected with."""
    return App(held.get("client_id", ""), held.get("client_secret", ""))


def standing(
    facts: OAuthFacts, tokens: Tokens, now: datetime, before: Standing | None = None
) -> Standing:
    """Say how tokens stand that came just now."""
    lifetime, refresh = tokens.lifetime, tokens.refresh_lifetime
    renewable = bool(tokens.refresh or facts.refresh)
    known = before.refresh_expires_at if before else None
    return Standing(
        issued_at=now,
        scopes=tokens.scopes or (before.scopes if before else None),
        expires_at=now + lifetime if lifetime else None,
        refresh_expires_at=now + refresh if refresh else known,
        renew_at=now + renewal(lifetime) if lifetime and renewable else None,
    )


def by_hand(facts: OAuthFacts | None, held: Mapping[str, str], now: datetime) -> Standing | None:
    """Say how a credential stands that a person pasted: nobody knows, so it is renewed soon."""
    if facts is None or not can_renew(facts, held):
        return None
    return Standing(issued_at=now, renew_at=now if facts.refresh is None else now + _TOO_YOUNG)


@dataclass(frozen=True, slots=True)
class _Renewal:
    """One renewal; whoever holds it is alone."""

    store: Store
    http: Http
    channel: Channel
    actor: str

    def ask(self, held: dict[str, str], before: Standing) -> dict[str, str]:
        """Ask the network, and store what it gives."""
        kind = registry.load(self.channel.platform)
        flow = flow_of(kind, _brisk(self.http), self.channel, app_of(held))
        self.store.credentials.intend(self.channel.id)
        try:
            tokens = flow.renew(held)
        except (Unauthorized, Rejected) as error:
            raise self._lost(kind, before, error) from None
        except PlatformError as error:
            raise self._later(before, error) from None
        fresh = held | {"token": tokens.access}
        if tokens.refresh:
            fresh["refresh_token"] = tokens.refresh
        self._keep(fresh, standing(flow.facts, tokens, self.store.now(), before))
        return fresh

    def _keep(self, fresh: Mapping[str, str], found: Standing) -> None:
        """Store new tokens, through a short absence of the database: there is no second copy."""
        end = time.monotonic() + _KEEP_TRYING
        while True:
            try:
                self.store.credentials.renewed(self.channel.id, fresh, found)
            except TryAgain:
                if time.monotonic() > end:
                    raise
                log.warning("new tokens of %s wait for the database", self.channel.name)
                time.sleep(1)
            else:
                return

    def _later(self, before: Standing, error: PlatformError) -> NotSent:
        """Note that it is tried again; a post that waits for it was not sent."""
        unsent = isinstance(error, (NotSent, Throttled)) and before.renewing_since is None
        seconds = error.seconds if isinstance(error, Throttled) else None
        until = self.store.now() + max(_LATER, timedelta(seconds=seconds or 0.0))
        self.store.credentials.postpone(self.channel.id, until, unsent=unsent)
        return NotSent(f"The credential could not be renewed: {error.what}")

    def _lost(self, kind: type[Platform], before: Standing, error: PlatformError) -> Unauthorized:
        """Note that only a person can help."""
        problem = _problem(kind, self.channel, before, error)
        self.store.credentials.lost(self.channel.id, problem, self.actor)
        return Unauthorized(problem, status=error.status)


def _problem(kind: type[Platform], channel: Channel, before: Standing, error: PlatformError) -> str:
    """Say why nothing renews the credential any more, and what to do."""
    what = f"{kind.title} does not renew the credential of channel {channel.name}: {error.what}"
    if isinstance(error, Rejected):
        what = f"{what} {error.fix}"
    elif before.renewing_since is not None:
        what = (
            f"A renewal of channel {channel.name} was cut off at "
            f"{before.renewing_since:%Y-%m-%d %H:%M:%S} UTC, before its answer was stored, and "
            f"{kind.title} does not take the refresh token twice."
        )
    return f"{what} Connect it anew: socialpipe channel connect {channel.platform} {channel.name}"


def _brisk(http: Http) -> Http:
    """Return the same, with no more patience than the lock lasts."""
    brisk = copy.copy(http)
    brisk.read_timeout = min(http.read_timeout, _PATIENCE)
    return brisk
