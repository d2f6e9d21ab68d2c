"""What a network's OAuth is like, and what it hands out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

# The credentials that an OAuth channel may hold beside its token.
SECRETS = ("token", "refresh_token", "client_id", "client_secret")
OAUTH1_SECRETS = ("token", "token_secret", "client_id", "client_secret")
# Settings by which a channel overrules an endpoint: a proxy, a test server, an own installation.
ENDPOINTS = ("authorize_url", "token_url", "refresh_url", "revoke_url")

_SHARE = 0.8  # of a token's life may pass before it is renewed


class Caller(StrEnum):
    """How an app says who it is when it asks for a token."""

    BODY = "body"  # client_id and client_secret among the parameters
    BASIC = "basic"  # HTTP Basic; an app without a secret names its id among the parameters


@dataclass(frozen=True, slots=True)
class Extension:
    """A call that gives a longer-lived token for a token; Meta's way of refreshing."""

    url: str
    grant: str
    parameter: str = "access_token"  # that carries the token
    with_app: bool = False  # whether the app names itself too


@dataclass(frozen=True, slots=True)
class OAuthFacts:
    """Data of one network. A URL that begins with / is below the channel's own server."""

    authorize: str
    exchange: str  # where a code becomes a token
    scopes: tuple[str, ...]  # that publishing needs
    wished: tuple[str, ...] = ()  # that make it better; nothing fails without
    console: str = ""  # where a person makes the app and sees its scopes, in the network's words
    register: str = ""  # where an app is registered by a program
    caller: Caller = Caller.BODY
    pkce: bool = True
    method: str = "POST"  # of the call to `exchange`
    more: Mapping[str, str] = field(default_factory=dict)  # parameters of `authorize`
    comma: bool = False  # scopes are separated by commas, not by spaces
    redirect: str = ""  # where the answer goes, if the network takes no address of loopback
    port: int = 8765  # the redirect must be registered exactly; 0: any port of loopback will do
    lifetime: timedelta | None = None  # of a token whose answer names none
    lengthen: Extension | None = None  # the first token is short-lived: exchange it at once
    refresh: Extension | None = None  # how a token is renewed without a refresh token
    rotates: bool = False  # a refresh token serves once
    grace: timedelta = timedelta(0)  # … but for so long after
    revoke: str = ""

    def missing(self, granted: Iterable[str], wanted: Iterable[str]) -> list[str]:
        """Name the scopes that were not granted; `write` covers `write:media`."""
        have = set(granted)
        return [one for one in wanted if not {one, one.partition(":")[0]} & have]


@dataclass(frozen=True, slots=True)
class OAuth1Facts:
    """Where the three steps of OAuth 1.0a are, below the channel's own server."""

    request: str
    authorize: str
    access: str


@dataclass(frozen=True, slots=True)
class App:
    """Who we are to a network. An app without a secret is a public client."""

    id: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a network handed out. Lifetimes count from now; None: it names no end."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    scopes: tuple[str, ...] | None = None  # None: the network does not say
    lifetime: timedelta | None = None
    refresh_lifetime: timedelta | None = None


def renewal(lifetime: timedelta) -> timedelta:
    """Say how old a token may get before it is renewed."""
    return lifetime * _SHARE
