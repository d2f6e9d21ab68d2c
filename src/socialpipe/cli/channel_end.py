"""`socialpipe channel set|disconnect|remove`: change what a channel has, or end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from socialpipe.cli.channel_settings import checked_settings, sealed_values
from socialpipe.cli.opening import open_engine, open_store
from socialpipe.cli.output import person, say
from socialpipe.errors import SocialpipeError, UsageError

if TYPE_CHECKING:
    from socialpipe.model import Channel


@click.command("set")
@click.argument("name")
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="KEY= drops it; repeatable."
)
@click.option(
    "--secret", "secrets", multiple=True, metavar="KEY=@FILE|-|env:NAME", help="Repeatable."
)
def change(name: str, settings: tuple[str, ...], secrets: tuple[str, ...]) -> None:
    """Change settings and credentials of a channel; its history stays."""
    from socialpipe.platforms import registry
    from socialpipe.renewal import by_hand

    if not settings and not secrets:
        raise UsageError("Nothing is to be changed.", "Add --set KEY=VALUE or --secret KEY=@FILE")
    store = open_store()
    found = store.channels.get(name)
    kind = registry.load(found.platform)
    given = checked_settings(kind, name, settings)
    merged = {key: value for key, value in {**found.settings, **given.settings}.items() if value}
    gone = [f.name for f in kind.fields if f.required and not f.secret and f.name not in merged]
    if gone:
        raise UsageError(f"{found.platform} needs {', '.join(gone)}.", "Give it a value.")
    sealed = given.app | sealed_values(kind, secrets)
    store.channels.configure(found, merged, given.zone or found.timezone, given.api_base)
    if sealed:
        # Of what a renewal that is under way brings, only what is given here is replaced.
        with store.channels.session(found.id).alone():
            held = store.channels.secrets(found.id) | sealed
            stands = by_hand(kind.oauth, held, store.now())
            store.credentials.replace(found.id, held, stands, person())
    say(f"{name} is changed. Test it: socialpipe channel test {name}")


@click.command()
@click.argument("name")
def disconnect(name: str) -> None:
    """End the credential at the network and forget it; the channel and its history stay."""
    found = _ended(name)
    store = open_store()
    with store.channels.session(found.id).alone():  # else a renewal under way would undo it
        store.credentials.forget(found.id, person())
    say(f"{name} is disconnected. Again: socialpipe channel connect {found.platform} {name}")


@click.command()
@click.argument("name")
def remove(name: str) -> None:
    """End the credential at the network, and forget the channel."""
    store = open_store()
    store.channels.refuse_if_used(store.channels.get(name))
    store.channels.remove(_ended(name))
    say(f"{name} is removed.")


def _ended(name: str) -> Channel:
    """End a channel's credential; a network that cannot be asked does not hold anybody up."""
    from socialpipe.connecting import end

    tools = open_engine()
    found = tools.store.channels.get(name)
    try:
        if end(tools, found):
            say(f"{found.platform} has ended the credential.")
    except SocialpipeError as error:
        say(f"warning: {found.platform} did not end the credential: {error.what}")
        say("  End it in the settings of your account there.")
    return found
