"""`socialpipe report`: how people reacted to what is out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from socialpipe.cli.opening import open_store
from socialpipe.cli.output import json_option, print_json, say
from socialpipe.cli.report_table import print_report
from socialpipe.cli.times import parse_span, read_moment
from socialpipe.errors import NotFound, UsageError
from socialpipe.model.metrics import Metrics

if TYPE_CHECKING:
    from socialpipe.model import Json
    from socialpipe.store import Store
    from socialpipe.store.reports import Report, Standing


@click.command()
@click.argument("target", metavar="CAMPAIGN|CHANNEL")
@click.option(
    "--since",
    default="30d",
    show_default=True,
    metavar="SPAN|TIME",
    help="What was published or reacted to since; the column new counts from then.",
)
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, a line for each post.")
@click.option(
    "--chart",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.png",
    help="Draw a chart too.",
)
def report(target: str, since: str, as_json: bool, as_csv: bool, chart: Path | None) -> None:
    """Report how people reacted to a channel's (name) or a campaign's (number) posts."""
    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other.", "Choose one of them")
    if chart is not None and chart.suffix.lower() != ".png":
        raise UsageError(f"{chart.name} is no name of a PNG file.", "Write it like chart.png")
    store = open_store()
    found = _find(store, target, _start(since, store.now()))
    if as_json:
        print_json(_described(found))
    elif as_csv:
        click.echo("".join(_csv(found)), nl=False)
    else:
        print_report(found)
    if chart is not None:
        _draw(found, chart)


def _find(store: Store, target: str, since: datetime) -> Report:
    """Find what TARGET means: a channel's name goes before a campaign's number."""
    from socialpipe.store.reports import Report

    try:
        channel = store.channels.get(target)
    except NotFound:
        if not target.isdecimal():
            raise
        title = store.reports.campaign(int(target))
        return Report("campaign", title, since, store.reports.of_campaign(int(target), since))
    return Report("channel", channel.name, since, store.reports.of_channel(channel.id, since))


def _start(text: str, now: datetime) -> datetime:
    try:
        return now - parse_span(text)
    except (UsageError, OverflowError):
        return read_moment(text, None, now).at


# ── for programs ───────────────────────────────────────────────────────────────────────────────


def _described(found: Report) -> Json:
    by = "campaigns" if found.kind == "channel" else "channels"
    return {
        found.kind: found.title,
        "since": found.since,
        "posts": [_post(one) for one in found.rows],
        "total": _numbers(found.total),
        "gained": _numbers(found.gained),
        by: {name: _numbers(total) for name, total in found.groups.items()},
    }


def _post(one: Standing) -> Json:
    delivery = one.delivery
    return {
        "delivery": delivery.id,
        "campaign": delivery.campaign_id,
        "channel": delivery.channel,
        "platform": delivery.platform,
        "title": delivery.title,
        "url": delivery.receipt.url if delivery.receipt else None,
        "published_at": delivery.published_at,
        "deleted_at": delivery.deleted_at,
        "read_at": one.read_at,
        "numbers": _numbers(one.now),
        "gained": _numbers(one.gained),
    }


def _numbers(told: Metrics) -> Json:
    return {**asdict(told), "interactions": told.interactions}


def _csv(found: Report) -> Iterator[str]:
    from socialpipe.cli.tables import csv_line

    plain = [_flat(_post(one)) for one in found.rows]
    sample = _flat({"numbers": _numbers(Metrics()), "gained": _numbers(Metrics())})
    headings = (*_COLUMNS, *sample)
    yield csv_line(headings)
    for row in plain:
        yield csv_line([_cell(row[name]) for name in headings])


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else value


_COLUMNS = (
    "delivery",
    "campaign",
    "channel",
    "platform",
    "title",
    "url",
    "published_at",
    "read_at",
)


def _flat(row: Json) -> Json:
    """Bring nested numbers up: views and gained_views, likes and gained_likes."""
    row = {**row}
    numbers, gained = row.pop("numbers"), row.pop("gained")
    return {**row, **numbers, **{f"gained_{name}": count for name, count in gained.items()}}


def _draw(found: Report, path: Path) -> None:
    from socialpipe.cards.chart import draw
    from socialpipe.cli.report_chart import chart_of

    try:
        path.write_bytes(draw(chart_of(found)))
    except OSError as error:
        reason = (error.strerror or "it cannot").lower()
        raise UsageError(f"{path} cannot be written: {reason}.", "Choose another place") from None
    say(f"Chart: {path}")
