"""`socialpipe queue move | swap | shuffle | re-resolve`: other times for what waits."""

from __future__ import annotations

import click

from socialpipe.cli.opening import open_store
from socialpipe.cli.output import local, person, say
from socialpipe.cli.times import parse_moment
from socialpipe.cli.when import zone_option
from socialpipe.errors import UsageError


@click.command()
@click.argument("delivery_id", type=int)
@click.option("--at", metavar="TIME", help="ISO 8601 with an offset.")
@zone_option
@click.option("--next", "next_slot", is_flag=True, help="To the channel's next free slot.")
def move(delivery_id: int, at: str | None, zone: str | None, next_slot: bool) -> None:
    """Move a waiting delivery to another time."""
    if (at is None) is not next_slot:
        raise UsageError("Say where to.", "Give one of --at TIME and --next")
    store = open_store()
    if at is None:
        moment = store.moves.move_to_next(delivery_id, person())
    else:
        moment = parse_moment(at, zone, store.now())
        store.moves.move(delivery_id, moment, person())
    say(f"Delivery {delivery_id} goes out at {local(moment.at)}.")


@click.command()
@click.argument("one", type=int, metavar="ID")
@click.argument("other", type=int, metavar="ID")
def swap(one: int, other: int) -> None:
    """Let two waiting deliveries of a channel exchange their times."""
    store = open_store()
    store.moves.swap(one, other, person())
    for key in (one, other):
        say(f"Delivery {key} goes out at {local(store.deliveries.get(key).wanted_at)}.")


@click.command()
@click.option("--channel", "name", required=True, metavar="NAME", help="Whose queue.")
@click.option("--seed", metavar="TEXT", help="The same seed gives the same order.")
def shuffle(name: str, seed: str | None) -> None:
    """Put what waits in a channel's slots into another order."""
    import secrets

    store = open_store()
    seed = seed or secrets.token_hex(4)
    moved = store.moves.shuffle(store.channels.get(name), seed, person())
    say(f"{moved} deliveries of {name} have other times now (seed {seed}).")


@click.command("re-resolve")
def re_resolve() -> None:
    """Let wall-clock times follow new time zone data; the keeper does so when it starts."""
    moved = open_store().moves.re_resolve(person())
    say(f"{moved} deliveries have other instants now.")
