"""`socialpipe queue`: what goes out, where and when."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Unpack

import click

from socialpipe.cli.choices import Choices, choices, options_of
from socialpipe.cli.opening import open_store
from socialpipe.cli.output import json_option, local, print_json, print_table, say
from socialpipe.cli.times import parse_time
from socialpipe.errors import NotFound, UsageError
from socialpipe.model import OnMiss

if TYPE_CHECKING:
    from socialpipe.model import Channel
    from socialpipe.store import Store
    from socialpipe.store.campaigns import Order


@click.group()
def queue() -> None:
    """Queue articles, list and move what waits."""


@queue.command()
@click.argument("source")
@click.option(
    "--channel", "names", multiple=True, required=True, metavar="NAME", help="Repeatable."
)
@click.option(
    "--at", metavar="TIME", help="ISO 8601 with an offset, like 2027-01-31T09:00:00+09:00."
)
@click.option("--next", "next_slot", is_flag=True, help="At each channel's next free slot.")
@click.option("--now", "at_once", is_flag=True, help="As soon as it is composed.")
@click.option("--review", is_flag=True, help="It waits for approval.")
@click.option("--on-miss", type=click.Choice([*OnMiss]), help="If its time passes unserved.")
@choices
@json_option
def add(
    source: str,
    names: tuple[str, ...],
    at: str | None,
    next_slot: bool,
    at_once: bool,
    review: bool,
    on_miss: str | None,
    as_json: bool,
    **chosen: Unpack[Choices],
) -> None:
    """Queue the article SOURCE for one or more channels."""
    from socialpipe.cli.source import read_article
    from socialpipe.settings import load
    from socialpipe.store.campaigns import Order, Terms

    if sum((at is not None, next_slot, at_once)) != 1:
        raise UsageError("Say when.", "Give one of --at TIME, --next and --now")
    store = open_store()
    channels = [store.channels.get(name) for name in dict.fromkeys(names)]
    now = store.now()
    fixed = parse_time(at, now) if at is not None else now
    options = options_of(chosen)
    article = read_article(source)
    orders = [Order(one, _slot(store, one) if next_slot else fixed) for one in channels]
    settings = load()
    missed = OnMiss(on_miss) if on_miss else settings.on_miss
    campaign_id, ids = store.campaigns.queue(
        article,
        orders,
        options=asdict(options),
        terms=Terms.of(settings, on_miss=missed, needs_review=review),
    )
    _report(campaign_id, list(zip(ids, orders, strict=True)), as_json)
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


@queue.command()
@click.argument("delivery_id", type=int)
@click.option("--at", required=True, metavar="TIME", help="ISO 8601 with an offset.")
def move(delivery_id: int, at: str) -> None:
    """Move a waiting delivery to another time."""
    store = open_store()
    when = parse_time(at, store.now())
    store.deliveries.reschedule(delivery_id, when)
    say(f"Delivery {delivery_id} goes out at {local(when)}.")


def _slot(store: Store, one: Channel) -> datetime:
    from zoneinfo import ZoneInfo

    from socialpipe.schedule import slots

    now = store.now()
    weekly = slots.parse(one.settings.get("slots", slots.DEFAULT))
    at = slots.next_free(weekly, ZoneInfo(one.timezone), now, store.deliveries.taken(one.id, now))
    if at is None:
        raise NotFound(f"Channel {one.name} has no free slot within a year.", "Give --at TIME")
    return at


def _report(campaign_id: int, made: list[tuple[int, Order]], as_json: bool) -> None:
    for delivery_id, order in made:
        told = {
            "campaign": campaign_id,
            "delivery": delivery_id,
            "channel": order.channel.name,
            "at": order.at,
        }
        if as_json:
            print_json(told)
        else:
            click.echo(f"Delivery {delivery_id}: {order.channel.name} at {local(order.at)}")
