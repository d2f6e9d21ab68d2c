"""`socialpipe feed`: sites whose every new entry is queued by itself."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Unpack

import click

from socialpipe.cli.choices import Choices, choices, options_of
from socialpipe.cli.opening import open_channels, open_store
from socialpipe.cli.output import json_option, local, print_json, print_table, say
from socialpipe.cli.times import parse_span
from socialpipe.errors import UsageError

if TYPE_CHECKING:
    from socialpipe.model import Json
    from socialpipe.store.feeds import Watched

_SHORTEST = timedelta(minutes=1)


@click.group()
def feed() -> None:
    """Watch RSS, Atom and JSON feeds; queue every new entry, once."""


@feed.command()
@click.argument("url")
@click.option(
    "--channel", "names", multiple=True, required=True, metavar="NAME", help="Repeatable."
)
@click.option("--now", "at_once", is_flag=True, help="As soon as it is composed; else next slot.")
@click.option("--review", is_flag=True, help="Each waits for approval.")
@click.option("--every", default="15m", show_default=True, metavar="SPAN", help="Between looks.")
@click.option("--latest", default=0, metavar="N", help="Queue the newest N that are there already.")
@choices
@json_option
def add(
    url: str,
    names: tuple[str, ...],
    at_once: bool,
    review: bool,
    every: str,
    latest: int,
    as_json: bool,
    **chosen: Unpack[Choices],
) -> None:
    """Watch the feed at URL, or the one that the page at URL names."""
    from socialpipe.store.feeds import Wishes
    from socialpipe.watching import first_look

    store, channels = open_channels(names)
    wishes = Wishes(asdict(options_of(chosen)), at_once, review, _interval(every))
    made = store.feeds.add(first_look(url), channels, wishes, latest)
    if as_json:
        print_json(describe(made))
    else:
        click.echo(f"Feed {made.id}: {made.title or made.url}")
    waiting = made.counts.get("waiting", 0)
    say(f"It has {sum(made.counts.values())} entries; {waiting} of them are queued now.")
    say("New ones are queued while socialpipe runs (socialpipe up, or a keeper).")


@feed.command("list")
@json_option
def list_feeds(as_json: bool) -> None:
    """List the feeds."""
    found = open_store().feeds.all()
    if as_json:
        for one in found:
            print_json(describe(one))
    elif not found:
        say("No feed is watched. Add one: socialpipe feed add URL --channel NAME")
    else:
        print_table(
            ("feed", "title", "channels", "queued", "next look", "status"), map(_row, found)
        )


@feed.command()
@click.argument("feed_id", type=int)
@json_option
def show(feed_id: int, as_json: bool) -> None:
    """Show a feed and what became of its entries."""
    store = open_store()
    found = store.feeds.get(feed_id)
    entries = store.feed_entries.of(feed_id)
    if as_json:
        print_json({**describe(found), "entries": [asdict(one) for one in entries]})
        return
    for key, value in describe(found).items():
        click.echo(f"{key:<14}{value if value is not None else '–'}")
    rows = [(one.state, local(one.seen_at), one.title, one.reason or "") for one in entries]
    print_table(("state", "seen", "title", "why"), rows)


@feed.command()
@click.argument("feed_id", type=int)
def check(feed_id: int) -> None:
    """Look at a feed at once; watches a stopped one again."""
    open_store().feeds.look_now(feed_id)
    say(f"Feed {feed_id} is looked at within seconds, while socialpipe runs.")


@feed.command()
@click.argument("feed_id", type=int)
def stop(feed_id: int) -> None:
    """Watch a feed no more; what is queued goes out all the same."""
    open_store().feeds.stop(feed_id)
    say(f"Feed {feed_id} is watched no more.")


def describe(one: Watched) -> Json:
    """Describe a feed for a program."""
    return {
        "id": one.id,
        "url": one.url,
        "title": one.title,
        "channels": [channel.name for channel in one.channels],
        "when": "now" if one.wishes.at_once else "next",
        "review": one.wishes.needs_review,
        "every_seconds": one.wishes.interval.total_seconds(),
        "looked_at": one.looked_at,
        "next_look": None if one.stopped_at else one.due_at,
        "stopped_at": one.stopped_at,
        "problem": one.problem,
        **{f"entries_{state.replace(' ', '_')}": n for state, n in sorted(one.counts.items())},
    }


def _row(one: Watched) -> tuple[str, ...]:
    status = "stopped" if one.stopped_at else one.problem or "ok"
    names = ", ".join(channel.name for channel in one.channels)
    next_look = "–" if one.stopped_at else local(one.due_at)
    return (str(one.id), one.title or one.url, names, str(_queued(one)), next_look, status)


def _queued(one: Watched) -> int:
    return one.counts.get("queued", 0)


def _interval(text: str) -> timedelta:
    span = parse_span(text)
    if span < _SHORTEST:
        raise UsageError(f"Every {text} is too often for a feed.", "Give 1m or more")
    return span
