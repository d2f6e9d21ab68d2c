"""`socialpipe channel`: connected accounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta

import click

from socialpipe.cli.opening import open_store
from socialpipe.cli.output import json_option, print_json, print_table, say
from socialpipe.cli.slots import check_times, slots
from socialpipe.cli.times import known_zone
from socialpipe.cli.values import pair, secret
from socialpipe.errors import AccessDenied, SocialpipeError, TryAgain, UsageError
from socialpipe.model import Channel, Json
from socialpipe.platforms.limits import ADJUSTABLE

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NUMBERS = ("min_gap", "max_per_hour", "max_per_day")  # s; posts; posts
_MAY_BE_ZERO = {"min_gap", "max_images", "max_alt", "max_hashtags"}
_RESERVED = ("api_base", "timezone", "slots", "quiet", "app", *_NUMBERS, *ADJUSTABLE)


@click.group()
def channel() -> None:
    """Connect, test, pause and remove accounts."""


@channel.command()
@click.argument("platform")
@click.argument("name")
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="A setting; repeatable."
)
@click.option(
    "--secret",
    "secrets",
    multiple=True,
    metavar="KEY=@FILE|-|env:NAME",
    help="A credential, read from a file, standard input or a variable; repeatable.",
)
def add(platform: str, name: str, settings: tuple[str, ...], secrets: tuple[str, ...]) -> None:
    """Connect an account of PLATFORM as channel NAME.

    Settings of every platform: api_base (another server), timezone, slots ("mon-fri 09:00, …"),
    quiet ("22:00-07:00"), max_text, max_images, max_image_bytes, max_alt, max_hashtags (what this
    account takes, where that differs from "socialpipe platforms").
    """
    from socialpipe.platforms import registry
    from socialpipe.settings import load

    given = dict(pair(entry) for entry in settings)
    sealed = {key: secret(key, value) for key, value in map(pair, secrets)}
    kind = registry.load(platform)
    plain_fields = {field.name: field for field in kind.fields if not field.secret}
    secret_fields = {field.name: field for field in kind.fields if field.secret}
    _check_names(platform, given, {*plain_fields, *_RESERVED}, "--set")
    _check_names(platform, sealed, set(secret_fields), "--secret")
    for field in kind.fields:
        if field.required and field.name not in {**given, **sealed}:
            how = f"--secret {field.name}=@FILE" if field.secret else f"--set {field.name}=VALUE"
            raise UsageError(f"{platform} needs {field.name}: {field.help}.", f"Add {how}")
    if not kind.api_base and "api_base" not in given:
        raise UsageError(
            f"{platform} needs the address of its server.", "Add --set api_base=https://…"
        )
    _check_name(name)
    _check_numbers(given)
    zone = known_zone(given.pop("timezone", "") or load().timezone)
    address = _address(given.pop("api_base", ""))
    check_times({key: given.get(key) for key in ("slots", "quiet")})
    made = open_store().channels.add(
        name,
        platform,
        api_base=address,
        settings=given,
        secrets=sealed,
        timezone=zone,
    )
    say(f"Channel {made.name} is stored. Test it: socialpipe channel test {made.name}")


@channel.command("list")
@json_option
def list_channels(as_json: bool) -> None:
    """List the channels."""
    found = open_store().channels.all()
    if as_json:
        for one in found:
            print_json(_describe(one))
        return
    if not found:
        say("There is no channel yet. Add one: socialpipe channel add PLATFORM NAME …")
        return
    rows = [(one.name, one.platform, _status(one), one.timezone) for one in found]
    print_table(("channel", "platform", "status", "zone"), rows)


@channel.command()
@click.argument("name")
@json_option
def show(name: str, as_json: bool) -> None:
    """Show one channel; credentials are never shown."""
    told = _describe(open_store().channels.get(name))
    if as_json:
        print_json(told)
        return
    for key, value in told.items():
        click.echo(f"{key:<14}{value if value is not None else '–'}")


@channel.command()
@click.argument("name")
@json_option
def test(name: str, as_json: bool) -> None:
    """Ask the network whether the channel's credentials work; publishes nothing."""
    from socialpipe.engine import Engine, connect
    from socialpipe.errors import NotSent, PlatformError, Throttled, Unauthorized
    from socialpipe.inquiry import with_limits
    from socialpipe.settings import load

    tools = Engine.open(load(), "operator")
    found = tools.store.channels.get(name)
    try:
        who = connect(tools, found).check()
        found = with_limits(tools, found, fresh=timedelta(0))
    except Unauthorized as error:
        raise AccessDenied(
            f"{found.platform} refuses the credentials of {name}: {error.what}",
            error.fix
            or f"Remove the channel and add it with a valid one: socialpipe channel add "
            f"{found.platform} {name} …",
        ) from None
    except (NotSent, Throttled) as error:
        raise TryAgain(f"{name} could not be tested: {error.what}", error.fix) from None
    except PlatformError as error:
        raise SocialpipeError(f"{name} does not work: {error.what}", error.fix) from None
    if as_json:
        told = {"id": who.id, "name": who.name, "url": who.url, "limits": dict(found.limits)}
        print_json({"channel": name, "ok": True, **told})
        return
    click.echo(f"{name} works: {found.platform} knows us as {who.name}")
    if found.limits:
        own = ", ".join(f"{key} {value:,}" for key, value in found.limits.items())
        click.echo(f"Its server has limits of its own: {own}")


@channel.command()
@click.argument("name")
def pause(name: str) -> None:
    """Stop publishing on a channel; what is queued waits."""
    store = open_store()
    store.channels.pause(store.channels.get(name).id, "paused by hand")
    say(f"{name} is paused. Go on with: socialpipe channel resume {name}")


@channel.command()
@click.argument("name")
def resume(name: str) -> None:
    """Publish on a channel again."""
    store = open_store()
    store.channels.resume(store.channels.get(name).id)
    say(f"{name} publishes again.")


@channel.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget a channel and its credentials."""
    store = open_store()
    store.channels.remove(store.channels.get(name))
    say(f"{name} is removed.")


def _describe(one: Channel) -> Json:
    return {
        "channel": one.name,
        "platform": one.platform,
        "paused": one.paused,
        "pause_reason": one.pause_reason,
        "timezone": one.timezone,
        "api_base": one.api_base,
        "settings": dict(one.settings),
        "limits": dict(one.limits),
    }


def _status(one: Channel) -> str:
    return f"paused: {one.pause_reason}" if one.paused else "on"


def _check_names(platform: str, given: Iterable[str], known: set[str], option: str) -> None:
    for name in given:
        if name not in known:
            names = ", ".join(sorted(known)) or "none"
            raise UsageError(f"{platform} has no {name!r} for {option}.", f"It takes: {names}")


def _check_numbers(given: Mapping[str, str]) -> None:
    for name in (*_NUMBERS, *ADJUSTABLE):
        text = given.get(name, "1")
        if not text.isdecimal() or (int(text) == 0 and name not in _MAY_BE_ZERO):
            raise UsageError(f"{name} {text!r} is no number of its kind.", f"Example: {name}=20")


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot be a channel's name.", "Use letters, digits, dot, dash, underscore."
        )


def _address(text: str) -> str | None:
    from urllib.parse import urlsplit

    if not text:
        return None
    if urlsplit(text).scheme not in {"http", "https"} or not urlsplit(text).hostname:
        raise UsageError(
            f"api_base {text!r} is no http(s) address.", "Example: https://mastodon.social"
        )
    return text.rstrip("/")


channel.add_command(slots)
