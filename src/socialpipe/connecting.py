"""An account becomes a channel: the credential is tried, its scopes are looked at, then it is kept.

Nothing is stored before the network has said that the credential works.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from socialpipe.engine import Engine, connect
from socialpipe.errors import AccessDenied, NotFound, PlatformError, Unauthorized
from socialpipe.model import Channel, Json
from socialpipe.platforms.base import Account, Field, Identity, Platform
from socialpipe.platforms.http import Http
from socialpipe.platforms.oauth.flow import Flow
from socialpipe.platforms.oauth.model import App, Tokens
from socialpipe.renewal import app_of, by_hand, standing


class _Session:
    """Tokens of a channel that is not stored yet."""

    def __init__(self) -> None:
        self.value: Json | None = None

    def load(self) -> Json | None:
        return self.value

    def save(self, value: Json) -> None:
        self.value = value

    @contextmanager
    def alone(self) -> Iterator[None]:
        yield


@dataclass
class Draft:
    """A channel as it is to be. `tokens` is what OAuth gave, if it was OAuth."""

    kind: type[Platform]
    name: str
    timezone: str
    api_base: str | None = None
    settings: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    tokens: Tokens | None = None
    session: _Session = field(default_factory=_Session)

    @property
    def base(self) -> str:
        """The server that it is on."""
        return (self.api_base or self.kind.api_base).rstrip("/")

    def open(self, http: Http) -> Platform:
        """Open the adapter with what is known so far."""
        return self.kind(
            Account(self.name, self.settings, self.secrets, http, self.session, self.api_base)
        )

    def flow(self, http: Http, app: App) -> Flow:
        """Open the OAuth flow of its network."""
        facts = self.kind.oauth
        if facts is None:
            raise NotFound(f"{self.kind.title} has no OAuth.", "Give a token: --token")
        return Flow(facts, app, http, self.base, self.settings)

    def take(self, app: App, tokens: Tokens) -> None:
        """Take what OAuth gave."""
        found = {
            "client_id": app.id,
            "client_secret": app.secret,
            "token": tokens.access,
            "refresh_token": tokens.refresh,
        }
        self.secrets |= {key: value for key, value in found.items() if value}
        self.tokens = tokens

    def adopt(self, http: Http) -> None:
        """Fill in what the credential answers by itself; what a person gave stays.

        A pasted credential is asked only for what is missing. Raises PlatformError.
        """
        if self.tokens is None and not self.lacking():
            return
        secret = {one.name for one in self.kind.fields if one.secret}
        for name, value in self.open(http).adopt().items():
            if name in secret:
                self.secrets[name] = value
                self.tokens = self.tokens and Tokens(value, scopes=self.tokens.scopes)
            else:
                self.settings.setdefault(name, value)

    def lacking(self) -> list[Field]:
        """List the settings that the platform needs and nobody has answered so far."""
        fields = (one for one in self.kind.fields if one.required and not one.secret)
        return [one for one in fields if not self.settings.get(one.name)]

    def try_out(self, http: Http) -> Identity:
        """Prove the credential and its scopes.

        Raises AccessDenied, naming what is missing and where it is granted, else PlatformError.
        """
        platform = self.open(http)
        try:
            who = platform.check()
        except Unauthorized as error:
            raise AccessDenied(
                f"{self.kind.title} does not take the credential: {error.what}", where(self.kind)
            ) from None
        scopes = self.tokens.scopes if self.tokens else None
        lacking = missing(platform, scopes)
        if lacking:
            raise AccessDenied(
                f"{self.kind.title} did not grant {', '.join(lacking)}, which publishing needs.",
                f"{where(self.kind)} Then connect again and allow everything that is asked for.",
            )
        if rights := lacks(platform):
            what = f"{self.kind.title}: the account lacks {', '.join(rights)}."
            raise AccessDenied(what, next(iter(rights.values())))
        return who

    def keep(self, engine: Engine, actor: str) -> Channel:
        """Store it: a new channel, or a new credential for the one of this name."""
        found = self._stored(engine)
        facts, now = self.kind.oauth, engine.store.now()
        stands = by_hand(facts, self.secrets, now)
        if facts and self.tokens:
            stands = standing(facts, self.tokens, now)
        session = engine.store.channels.session(found.id)
        with session.alone():  # a renewal of the old credential must not be stored after this one
            engine.store.credentials.replace(found.id, self.secrets, stands, actor)
            if self.session.value is not None:  # logins are few
                session.save(self.session.value)
        return engine.store.channels.by_id(found.id)

    def _stored(self, engine: Engine) -> Channel:
        channels = engine.store.channels
        old = next((one for one in channels.all() if one.name == self.name), None)
        if old is None:
            return channels.add(
                self.name,
                self.kind.name,
                api_base=self.api_base,
                settings=self.settings,
                secrets=self.secrets,
                timezone=self.timezone,
            )
        channels.configure(old, self.settings, self.timezone, self.api_base)
        return old


def missing(platform: Platform, scopes: tuple[str, ...] | None) -> list[str]:
    """Name the scopes that publishing needs and the credential lacks, as far as anybody tells."""
    facts, have = platform.oauth, granted(platform, scopes)
    return [] if facts is None or have is None else facts.missing(have, facts.scopes)


def lacks(platform: Platform) -> Mapping[str, str]:
    """Name rights that are missing, as far as the network tells, each with its remedy."""
    try:
        return platform.lacks()
    except PlatformError:  # an older server, or one that tells it to nobody
        return {}


def granted(platform: Platform, scopes: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Name the scopes that were told at connect, else those that the network tells now."""
    if scopes is not None:
        return scopes
    try:
        return platform.granted()
    except PlatformError:  # an older server, or one that tells it to nobody
        return None


def where(kind: type[Platform]) -> str:
    """Say where a person finds the credential, in the network's own words."""
    if kind.oauth and kind.oauth.console:
        return f"Look here: {kind.oauth.console}."
    helps = "; ".join(f"{one.name} is the {one.help}" for one in kind.fields if one.secret)
    return f"{helps}." if helps else ""


def end(engine: Engine, channel: Channel) -> bool:
    """End a channel's credential at its network; False: the network has no way to.

    Raises PlatformError.
    """
    platform = connect(engine, channel)
    held: Mapping[str, str] = platform.account.secrets
    if platform.oauth and held.get("token"):
        base = urlsplit(platform.base).geturl()
        flow = Flow(platform.oauth, app_of(held), engine.http, base, channel.settings)
        return flow.revoke(held)
    return platform.sign_out()
