"""`socialpipe queue repeat` and `queue rules`: posts that come again by a rule."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Unpack

import click

from socialpipe.cli.choices import Choices, choices, illustrated, options_of
from socialpipe.cli.opening import open_channels, open_store
from socialpipe.cli.output import json_option, local, person, print_json, print_table, say
from socialpipe.cli.times import parse_wall

if TYPE_CHECKING:
    from socialpipe.model import Json
    from socialpipe.schedule.recurrence import Rule
    from socialpipe.store.recurrences import Recurrence

VARIANTS = 6  # first lines of one article that take turns; few articles offer more


@click.command()
@click.argument("source")
@click.option(
    "--channel", "names", multiple=True, required=True, metavar="NAME", help="Repeatable."
)
@click.option("--rule", required=True, metavar="RRULE", help="RFC 5545, like FREQ=WEEKLY;BYDAY=MO.")
@click.option("--start", required=True, metavar="TIME", help="Wall time, like 2027-01-04T09:00.")
@click.option("--zone", metavar="ZONE", help="Whose wall clock, like Asia/Seoul.")
@click.option("--until", metavar="TIME", help="Wall time after which it ends.")
@click.option("--review", is_flag=True, help="Each waits for approval.")
@choices
@json_option
def repeat(
    source: str,
    names: tuple[str, ...],
    rule: str,
    start: str,
    zone: str | None,
    until: str | None,
    review: bool,
    as_json: bool,
    **chosen: Unpack[Choices],
) -> None:
    """Post the article SOURCE again and again, each time with another first line."""
    from socialpipe.cli.source import read_article
    from socialpipe.schedule.recurrence import check
    from socialpipe.settings import load
    from socialpipe.store.intake import Terms

    store, channels = open_channels(names)
    made = _rule(rule, start, zone, until, store.now())
    check(made)
    options = options_of(chosen, VARIANTS)
    article = read_article(source)
    options = illustrated(options, article, source)
    ids = store.recurrences.add(
        article, channels, made, options=asdict(options), needs_review=review
    )
    store.recurrences.expand(Terms.of(load()), person())
    for one in store.recurrences.all():
        if one.id in ids:
            _report(one, as_json)


@click.group()
def rules() -> None:
    """List and stop the rules by which posts repeat."""


@rules.command("list")
@json_option
def list_rules(as_json: bool) -> None:
    """List the rules."""
    found = open_store().recurrences.all()
    if as_json:
        for one in found:
            print_json(_describe(one))
    elif not found:
        say("Nothing repeats. Begin: socialpipe queue repeat SOURCE --channel NAME --rule …")
    else:
        rows = [
            (str(one.id), one.channel, one.rule.text, one.rule.zone, _state(one), one.title)
            for one in found
        ]
        print_table(("rule", "channel", "repeats", "zone", "next", "title"), rows)


@rules.command()
@click.argument("rule_id", type=int)
def stop(rule_id: int) -> None:
    """End a rule, and cancel what it has waiting."""
    cancelled = open_store().recurrences.stop(rule_id, person())
    say(f"Rule {rule_id} is stopped; {cancelled} deliveries are cancelled.")


def _rule(text: str, start: str, zone: str | None, until: str | None, now: datetime) -> Rule:
    from socialpipe.schedule.recurrence import Rule

    first, known = parse_wall(start, zone, now)
    last = parse_wall(until, zone, now)[0] if until else None
    return Rule(text, first, known, last)


def _report(one: Recurrence, as_json: bool) -> None:
    if as_json:
        print_json(_describe(one))
    else:
        click.echo(f"Rule {one.id}: {one.channel}, next at {local(one.next_at)}")


def _describe(one: Recurrence) -> Json:
    return {
        "rule": one.id,
        "channel": one.channel,
        "title": one.title,
        "rrule": one.rule.text,
        "start": one.rule.start,
        "zone": one.rule.zone,
        "until": one.rule.until,
        "next_at": one.next_at,
        "stopped_at": one.stopped_at,
        "reason": one.reason,
    }


def _state(one: Recurrence) -> str:
    if one.stopped_at is not None:
        return "stopped"
    return one.reason or local(one.next_at)
