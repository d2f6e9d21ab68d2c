"""`socialpipe queue rehearse`: the coming days, played beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from socialpipe.cli.opening import open_everything, open_store
from socialpipe.cli.output import json_option, local, print_json, print_table, say

if TYPE_CHECKING:
    from socialpipe.model import Json
    from socialpipe.rehearsal import Outcome

_PARTLY = 3  # exit code: something would not go as planned


@click.command()
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 60))
@json_option
def rehearse(days: int, as_json: bool) -> int:
    """Play the coming days against stand-in networks; say what would fail or be late, and why.

    Exits with 3 when something would. Nothing is published and nothing is changed.
    """
    from socialpipe.rehearsal import Verdict, rehearse
    from socialpipe.settings import load

    mine = {one.id for one in open_store().channels.all()}
    with _shown(timedelta(days=days)) as tell:
        played = rehearse(open_everything(), load(), timedelta(days=days), tell)
    found = [one for one in played if one.delivery.channel_id in mine]
    troubles = [one for one in found if one.verdict is not Verdict.FINE]
    if as_json:
        for one in found:
            print_json(_describe(one))
    elif troubles:
        print_table(("delivery", "at", "channel", "title", "would", "why"), map(_row, troubles))
    fails = sum(one.verdict is Verdict.FAILS for one in found)
    say(
        f"{len(found)} deliveries in {days} days: {len(found) - len(troubles)} go as planned, "
        f"{len(troubles) - fails} late, {fails} fail."
    )
    return _PARTLY if troubles else 0


@contextmanager
def _shown(span: timedelta) -> Iterator[Callable[[datetime], None]]:
    """Show how far the clock has run, on a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("rehearsing", total=span.total_seconds())
        begin: list[datetime] = []

        def tell(now: datetime) -> None:
            begin.append(now)
            bar.update(task, completed=(now - begin[0]).total_seconds())

        yield tell


def _row(one: Outcome) -> tuple[str, ...]:
    found = one.delivery
    would = {"late": "be late", "fails": "fail"}[one.verdict]
    why = "\n".join(one.reasons)
    return (str(found.id), local(found.wanted_at), found.channel, found.title, would, why)


def _describe(one: Outcome) -> Json:
    found = one.delivery
    return {
        "delivery": found.id,
        "channel": found.channel,
        "title": found.title,
        "at": found.wanted_at,
        "verdict": one.verdict,
        "state": found.state,
        "reasons": list(one.reasons),
    }
