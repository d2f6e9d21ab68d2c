"""`socialpipe queue evergreen`: posts that fill slots which would stay empty."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Unpack

import click

from socialpipe.cli.choices import Choices, choices, illustrated, options_of
from socialpipe.cli.opening import open_channels, open_store
from socialpipe.cli.output import json_option, person, print_json, print_table, say
from socialpipe.cli.recurrences import VARIANTS
from socialpipe.cli.times import parse_span

if TYPE_CHECKING:
    from socialpipe.store.evergreens import Stock


@click.group()
def evergreen() -> None:
    """Keep posts for slots that nothing else takes."""


@evergreen.command()
@click.argument("source")
@click.option(
    "--channel", "names", multiple=True, required=True, metavar="NAME", help="Repeatable."
)
@click.option(
    "--cooldown", default="30d", show_default=True, metavar="SPAN", help="Between two uses."
)
@click.option(
    "--max-repeats", type=click.IntRange(1), default=6, show_default=True, help="Uses in all."
)
@click.option("--review", is_flag=True, help="Each use waits for approval.")
@choices
@json_option
def add(
    source: str,
    names: tuple[str, ...],
    cooldown: str,
    max_repeats: int,
    review: bool,
    as_json: bool,
    **chosen: Unpack[Choices],
) -> None:
    """Keep the article SOURCE for free slots."""
    from socialpipe.cli.source import read_article

    store, channels = open_channels(names)
    span = parse_span(cooldown)
    options = options_of(chosen, VARIANTS)
    article = read_article(source)
    ids = store.evergreens.add(
        article,
        channels,
        cooldown=span,
        most=max_repeats,
        options=asdict(illustrated(options, article, source)),
        needs_review=review,
    )
    for key, one in zip(ids, channels, strict=True):
        if as_json:
            print_json({"evergreen": key, "channel": one.name})
        else:
            click.echo(f"Evergreen post {key}: {one.name}, into slots that are free an hour before")


@evergreen.command("list")
@json_option
def list_evergreens(as_json: bool) -> None:
    """List the evergreen posts."""
    found = open_store().evergreens.all()
    if as_json:
        for one in found:
            told = asdict(one)
            print_json({"evergreen": told.pop("id"), **told})
    elif not found:
        say("There is none. Add one: socialpipe queue evergreen add SOURCE --channel NAME")
    else:
        rows = [
            (str(one.id), one.channel, f"{one.times}/{one.most}", _state(one), one.title)
            for one in found
        ]
        print_table(("evergreen", "channel", "uses", "state", "title"), rows)


@evergreen.command()
@click.argument("evergreen_id", type=int)
def stop(evergreen_id: int) -> None:
    """Use a post no more, and cancel what of it waits."""
    cancelled = open_store().evergreens.stop(evergreen_id, person())
    say(f"Evergreen post {evergreen_id} is stopped; {cancelled} deliveries are cancelled.")


def _state(one: Stock) -> str:
    if one.stopped_at is not None:
        return "stopped"
    if one.times >= one.most:
        return "used up"
    return one.reason or "on"
