"""`socialpipe queue`: what goes out, where and when."""

from __future__ import annotations

from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Unpack

import click

from socialpipe.cli.choices import Choices, choices, illustrated, options_of
from socialpipe.cli.evergreens import evergreen
from socialpipe.cli.opening import open_channels, open_store
from socialpipe.cli.output import json_option, local, print_json, print_table, say
from socialpipe.cli.queue_moves import move, re_resolve, shuffle, swap
from socialpipe.cli.recurrences import repeat, rules
from socialpipe.cli.rehearse import rehearse
from socialpipe.cli.when import When, bounded, orders_of, stagger_of, when
from socialpipe.model import OnMiss

if TYPE_CHECKING:
    from socialpipe.model import Delivery


class _Chosen(Choices, When):
    """What Click hands over for `choices` and `when`."""


@click.group()
def queue() -> None:
    """Queue articles, list and move what waits."""


@queue.command()
@click.argument("source")
@click.option("--dry-run", is_flag=True, help="Only say when it would go out, and what is known.")
@click.option(
    "--channel", "names", multiple=True, required=True, metavar="NAME", help="Repeatable."
)
@when
@click.option("--review", is_flag=True, help="It waits for approval.")
@click.option(
    "--on-miss",
    type=click.Choice([one.value for one in OnMiss]),
    help="If its time passes unserved.",
)
@choices
@json_option
def add(
    source: str,
    names: tuple[str, ...],
    review: bool,
    on_miss: str | None,
    dry_run: bool,
    as_json: bool,
    **chosen: Unpack[_Chosen],
) -> None:
    """Queue the article SOURCE for one or more channels."""
    from socialpipe.cli.source import read_article
    from socialpipe.preflight import foreseen
    from socialpipe.settings import load
    from socialpipe.store.intake import Terms

    settings = load()
    store, channels = open_channels(names)
    now = store.now()
    orders = orders_of(channels, chosen, now)
    missed = OnMiss(on_miss) if on_miss else settings.on_miss
    terms = bounded(Terms.of(settings, on_miss=missed, needs_review=review), chosen, now)
    times = store.campaigns.arrange(orders, terms, stagger_of(chosen))
    coming = list(zip(channels, times, strict=True))
    warnings = [foreseen(store, settings, channel, at) for channel, at in coming]
    for warning in chain.from_iterable(warnings):
        say(f"warning: {warning}")
    if dry_run:
        for (channel, at), found in zip(coming, warnings, strict=True):
            told = {"channel": channel.name, "at": at, "warnings": found}
            print_json(told) if as_json else click.echo(f"{channel.name} at {local(at)}")
        return
    options = options_of(chosen)
    article = read_article(source)
    campaign_id, ids = store.campaigns.queue(
        article,
        orders,
        options=asdict(illustrated(options, article, source)),
        terms=terms,
        stagger=stagger_of(chosen),
    )
    made = [store.deliveries.get(key) for key in ids]
    for one, found in zip(made, warnings, strict=True):
        _report(campaign_id, one, found, as_json)
    if not store.heartbeats.alive()["dispatcher"]:
        say("Nothing publishes at the moment. Start it: socialpipe up")


@queue.command("list")
@click.option("--channel", "name", metavar="NAME", help="Only this channel.")
@json_option
def list_queue(name: str | None, as_json: bool) -> None:
    """List what waits, by time."""
    from socialpipe.model import State

    store = open_store()
    if name is not None:
        store.channels.get(name)
    waiting = (State.DRAFT, State.IN_REVIEW, State.APPROVED, State.SCHEDULED, State.CLAIMED)
    found = store.deliveries.find(states=waiting, channel_name=name)
    if as_json:
        for one in found:
            print_json(
                {
                    "id": one.id,
                    "channel": one.channel,
                    "title": one.title,
                    "at": one.wanted_at,
                    "state": one.state,
                }
            )
    elif not found:
        say("Nothing waits. Queue something: socialpipe queue add SOURCE --channel NAME --now")
    else:
        rows = [(str(one.id), local(one.wanted_at), one.channel, one.title) for one in found]
        print_table(("delivery", "at", "channel", "title"), rows)


def _report(campaign_id: int, one: Delivery, warnings: list[str], as_json: bool) -> None:
    told = {
        "campaign": campaign_id,
        "delivery": one.id,
        "channel": one.channel,
        "at": one.wanted_at,
        "warnings": warnings,
    }
    if as_json:
        print_json(told)
    else:
        click.echo(f"Delivery {one.id}: {one.channel} at {local(one.wanted_at)}")


for _command in (move, swap, shuffle, re_resolve, repeat, rules, evergreen, rehearse):
    queue.add_command(_command)
