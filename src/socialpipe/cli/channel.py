"""`socialpipe channel`: connected accounts."""

from __future__ import annotations

import click

from socialpipe.checkup import standing_of
from socialpipe.cli.best_times import best_times
from socialpipe.cli.channel_connect import connect
from socialpipe.cli.channel_end import change, disconnect, remove
from socialpipe.cli.channel_settings import checked_settings, sealed_values
from socialpipe.cli.channel_test import test
from socialpipe.cli.opening import open_store
from socialpipe.cli.output import json_option, local, print_json, print_table, say
from socialpipe.cli.slots import slots
from socialpipe.cli.times import known_zone
from socialpipe.errors import UsageError
from socialpipe.model import Channel, Json

_EVENTS = 20  # the newest are enough for a look


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
    quiet ("22:00-07:00"), metrics (no: read no numbers back), and what this account takes where
    that differs from "socialpipe platforms": max_text, max_images, max_image_bytes, max_alt,
    max_hashtags, max_mentions, max_links, max_warning.
    """
    from socialpipe.platforms import registry
    from socialpipe.renewal import by_hand
    from socialpipe.settings import load

    kind = registry.load(platform)
    given = checked_settings(kind, name, settings)
    sealed = given.app | sealed_values(kind, secrets)
    for field in kind.fields:
        if field.required and field.name not in {**given.settings, **sealed}:
            how = f"--secret {field.name}=@FILE" if field.secret else f"--set {field.name}=VALUE"
            raise UsageError(f"{platform} needs {field.name}: {field.help}.", f"Add {how}")
    if not kind.api_base and given.api_base is None:
        raise UsageError(
            f"{platform} needs the address of its server.", "Add --set api_base=https://…"
        )
    store = open_store()
    made = store.channels.add(
        name,
        platform,
        api_base=given.api_base,
        settings=given.settings,
        secrets=sealed,
        timezone=given.zone or known_zone(load().timezone),
    )
    if stands := by_hand(kind.oauth, sealed, store.now()):
        store.credentials.begin(made.id, stands)
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
        say("There is no channel yet. Connect one: socialpipe channel connect PLATFORM NAME")
        return
    rows = [(one.name, one.platform, _status(one), one.timezone) for one in found]
    print_table(("channel", "platform", "status", "zone"), rows)


@channel.command()
@click.argument("name")
@json_option
def show(name: str, as_json: bool) -> None:
    """Show one channel and what happened to it; credentials are never shown."""
    store = open_store()
    found = store.channels.get(name)
    told = _describe(found)
    stands, events = store.credentials.get(found.id), store.credentials.events(found.id)
    if as_json:
        print_json({**told, "credential": stands, "events": events})
        return
    for key, value in told.items():
        click.echo(f"{key:<14}{value if value is not None else '–'}")
    for one in standing_of(store, found):
        click.echo(f"{'credential':<14}{one.text}")
    for event in events[-_EVENTS:]:
        click.echo(f"{local(event.at)}  {event.actor}: {event.text}")


@channel.command()
@click.argument("name")
def pause(name: str) -> None:
    """Stop publishing on a channel; what is queued waits."""
    from socialpipe.store.channels import BY_HAND

    store = open_store()
    store.channels.pause(store.channels.get(name).id, BY_HAND)
    say(f"{name} is paused. Go on with: socialpipe channel resume {name}")


@channel.command()
@click.argument("name")
def resume(name: str) -> None:
    """Publish on a channel again."""
    store = open_store()
    store.channels.resume(store.channels.get(name).id)
    say(f"{name} publishes again.")


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


for _command in (slots, best_times, connect, test, change, disconnect, remove):
    channel.add_command(_command)
