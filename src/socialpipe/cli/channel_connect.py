"""`socialpipe channel connect`: an account lets us in, in its network's own way."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from socialpipe.cli.asking import ask, paste
from socialpipe.cli.channel_settings import checked_settings, sealed_values
from socialpipe.cli.loopback import Loopback
from socialpipe.cli.opening import open_engine
from socialpipe.cli.output import person, say
from socialpipe.cli.times import known_zone
from socialpipe.errors import (
    AccessDenied,
    NotSent,
    PlatformError,
    Throttled,
    TryAgain,
    Unknown,
    UsageError,
)
from socialpipe.platforms.base import Field

if TYPE_CHECKING:
    from socialpipe.connecting import Draft
    from socialpipe.engine import Engine
    from socialpipe.platforms.base import Platform
    from socialpipe.platforms.http import Http
    from socialpipe.platforms.oauth.model import App, OAuthFacts
    from socialpipe.store import Store

_APP_ID = Field("client_id", "id of your app at the network")
_APP_SECRET = Field("client_secret", "its secret; empty for a public app", True, False)
_NAME = "socialpipe"


class _Way(TypedDict):
    """How the answer comes back."""

    pasted: bool
    port: int | None
    redirect_uri: str
    browser: bool
    seconds: float


@click.command()
@click.argument("platform")
@click.argument("name")
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="A setting; repeatable."
)
@click.option(
    "--secret", "secrets", multiple=True, metavar="KEY=@FILE|-|env:NAME", help="Repeatable."
)
@click.option("--token", "by_token", is_flag=True, help="Take a token that you have; no OAuth.")
@click.option("--oauth1", is_flag=True, help="OAuth 1.0a, where the network still has it (X).")
@click.option("--paste", "pasted", is_flag=True, help="Paste what comes back: no browser here.")
@click.option("--port", type=click.IntRange(0, 65535), help="Of the redirect URI on 127.0.0.1.")
@click.option("--redirect-uri", default="", metavar="URL", help="As registered at the network.")
@click.option("--browser/--no-browser", default=True, help="Open a browser here.")
@click.option("--timeout", "seconds", default=300.0, show_default=True, help="For an answer, s.")
def connect(
    platform: str,
    name: str,
    settings: tuple[str, ...],
    secrets: tuple[str, ...],
    by_token: bool,
    oauth1: bool,
    **way: Unpack[_Way],
) -> None:
    """Let an account of PLATFORM in as channel NAME, or give the channel a new credential."""
    from socialpipe.platforms import registry

    kind = registry.load(platform)
    tools = open_engine()
    draft = _draft(tools.store, kind, name, settings, secrets)
    credential = _credential(kind, draft, by_token=by_token, oauth1=oauth1)
    try:
        credential(tools.http, draft, way)
        draft.adopt(tools.http)
        _ask_rest(draft)
        who = draft.try_out(tools.http)
    except (NotSent, Throttled, Unknown) as error:
        raise TryAgain(f"{name} is not connected: {error.what}", "Begin anew.") from None
    except PlatformError as error:
        raise AccessDenied(f"{name} is not connected: {error.what}", error.fix) from None
    draft.keep(tools, person())
    say(f"{name} is connected: {kind.title} knows us as {who.name or who.id}.")
    _say_more(tools, draft)


def _draft(
    store: Store,
    kind: type[Platform],
    name: str,
    settings: tuple[str, ...],
    secrets: tuple[str, ...],
) -> Draft:
    """Begin with what is given, and with what a channel of this name has already."""
    from socialpipe.connecting import Draft
    from socialpipe.settings import load

    old = next((one for one in store.channels.all() if one.name == name), None)
    if old and old.platform != kind.name:
        raise UsageError(
            f"There is a channel named {name!r} on {old.platform} already.", "Take another name."
        )
    given = checked_settings(kind, name, settings)
    zone = given.zone or (old.timezone if old else known_zone(load().timezone))
    held = store.channels.secrets(old.id) if old else {}
    app = {key: value for key, value in held.items() if key.startswith("client_")}
    return Draft(
        kind,
        name,
        zone,
        api_base=given.api_base or (old.api_base if old else None),
        settings={**(old.settings if old else {}), **given.settings},
        secrets={**app, **given.app, **sealed_values(kind, secrets)},
    )


_Credential = Callable[["Http", "Draft", _Way], None]


def _credential(kind: type[Platform], draft: Draft, *, by_token: bool, oauth1: bool) -> _Credential:
    """Choose how the credential comes."""
    if not draft.base:
        raise UsageError(
            f"{kind.name} needs the address of its server.", "Add --set api_base=https://…"
        )
    if oauth1:
        if kind.oauth1 is None:
            raise UsageError(f"{kind.title} has no OAuth 1.0a.", "Leave --oauth1 away.")
        return _by_oauth1
    given = any(one.secret and one.name in draft.secrets for one in kind.fields)
    if by_token or given or (kind.oauth is None and not kind.logins):
        return _by_hand
    return _by_oauth if kind.oauth else _by_login


def _by_hand(_http: Http, draft: Draft, _way: _Way) -> None:
    for field in draft.kind.fields:
        if field.secret and field.required and field.name not in draft.secrets:
            draft.secrets[field.name] = ask(field)


def _by_login(http: Http, draft: Draft, _way: _Way) -> None:
    """Log in with what is not kept; fields that the login needs too are asked before."""
    _ask_rest(draft)
    given = {field.name: ask(field) for field in draft.kind.logins}
    draft.secrets |= draft.open(http).log_in(given)


def _by_oauth(http: Http, draft: Draft, way: _Way) -> None:
    facts = draft.kind.oauth
    assert facts is not None  # noqa: S101 (`_credential` has looked)

    def hear(redirect_uri: str, listen: Callable[[], str]) -> None:
        app = _app(http, draft, facts, redirect_uri)
        flow = draft.flow(http, app)
        asked = flow.ask(redirect_uri)
        _show(asked.url, way)
        draft.take(app, flow.redeem(asked, listen()))

    _heard(way, facts.redirect, facts.port, hear)


def _by_oauth1(http: Http, draft: Draft, way: _Way) -> None:
    from socialpipe.platforms.oauth.oauth1 import OUT_OF_BAND, Flow1

    facts = draft.kind.oauth1
    assert facts is not None  # noqa: S101 (`_credential` has looked)

    def hear(redirect_uri: str, listen: Callable[[], str]) -> None:
        flow = Flow1(facts, _asked_app(draft), http, draft.base)
        _show(flow.ask(OUT_OF_BAND if way["pasted"] else redirect_uri), way)
        draft.secrets |= flow.redeem(listen())

    _heard(way, "", 0, hear)


def _heard(
    way: _Way, redirect: str, port: int, hear: Callable[[str, Callable[[], str]], None]
) -> None:
    """Get the answer through a listener of our own, or from a person who pastes it."""
    chosen = way["redirect_uri"] or redirect
    if chosen or way["pasted"]:
        port = way["port"] or port
        uri = chosen or f"http://127.0.0.1{f':{port}' if port else ''}/callback"
        hear(uri, lambda: paste("Paste the address that the browser ends at (or the code)"))
        return
    with Loopback(way["port"] if way["port"] is not None else port) as listener:
        say(f"The answer comes to {listener.redirect_uri}")
        hear(listener.redirect_uri, lambda: listener.wait(way["seconds"]))


def _show(url: str, way: _Way) -> None:
    say(f"Let us in here:\n  {url}")
    if way["browser"] and not way["pasted"]:
        webbrowser.open(url)


def _app(http: Http, draft: Draft, facts: OAuthFacts, redirect_uri: str) -> App:
    """Return the app of a person, or one that is registered now."""
    if facts.register and "client_id" not in draft.secrets:
        return draft.flow(http, _no_app()).register(_NAME, redirect_uri)
    return _asked_app(draft, facts)


def _asked_app(draft: Draft, facts: OAuthFacts | None = None) -> App:
    from socialpipe.platforms.oauth.model import App

    if "client_id" not in draft.secrets and facts and facts.console:
        say(f"You need an app of your own. {facts.console}")
    number = draft.secrets.get("client_id") or ask(_APP_ID)
    fresh = "client_id" not in draft.secrets
    secret = draft.secrets.get("client_secret") or (ask(_APP_SECRET) if fresh else "")
    return App(number, secret)


def _no_app() -> App:
    from socialpipe.platforms.oauth.model import App

    return App("")


def _ask_rest(draft: Draft) -> None:
    """Ask for the fields that nobody has answered so far."""
    for field in draft.lacking():
        draft.settings[field.name] = ask(field)


def _say_more(tools: Engine, draft: Draft) -> None:
    """Say what is good to know: what was not granted, and when the credential ends."""
    from socialpipe.checkup import standing_of

    found = tools.store.channels.get(draft.name)
    for finding in standing_of(tools.store, found):
        say(f"  {finding.text}{f' {finding.fix}' if finding.fix else ''}")
