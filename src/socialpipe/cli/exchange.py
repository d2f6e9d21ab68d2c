"""`socialpipe export | import`: queues and history as JSON Lines, CSV and ICS."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from socialpipe.cli.opening import open_store
from socialpipe.cli.output import json_option, person, say
from socialpipe.cli.times import parse_time
from socialpipe.errors import UsageError

if TYPE_CHECKING:
    from socialpipe.store import Store

_FORMATS = ("jsonl", "csv", "ics")


@click.command("export")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="jsonl", show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Else standard output."
)
@click.option("--channel", "name", metavar="NAME", help="csv, ics: only this channel.")
@click.option("--since", metavar="TIME", help="csv, ics: due at or after this time.")
@click.option(
    "--media", type=click.Path(path_type=Path, file_okay=False), help="jsonl: images go here."
)
def export(
    form: str, out: Path | None, name: str | None, since: str | None, media: Path | None
) -> None:
    """Write what this workspace holds: everything (jsonl), or its deliveries (csv, ics)."""
    store = open_store()
    if form == "jsonl" and (name or since):
        raise UsageError("jsonl is everything.", "Leave out --channel and --since, or take csv")
    if form != "jsonl" and media:
        raise UsageError("Images go with jsonl.", "Leave out --media")
    with _opened(out) as file:
        lines = _everything(store) if form == "jsonl" else _deliveries(store, form, name, since)
        for line in lines:
            file.write(line)
    if media:
        say(f"{_write_images(store, media)} images are in {media}.")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--channel", "names", multiple=True, metavar="NAME", help="For rows that name none.")
@click.option("--review", is_flag=True, help="Each waits for approval.")
@click.option("--dry-run", is_flag=True, help="Only show what would be queued.")
@json_option
def import_(file: Path, names: tuple[str, ...], review: bool, dry_run: bool, as_json: bool) -> None:
    """Queue the rows of a CSV file or the events of an ICS file; what is queued already is left.

    CSV columns: text or article, and at (or next), zone, channel, name, link.
    """
    from socialpipe.cli.plan import admit, differences, show, sum_up
    from socialpipe.cli.tables import read_table
    from socialpipe.planning import Verb
    from socialpipe.planning import apply as carry_out

    store = open_store()
    plan = read_table(file, names, review=review)
    steps = [one for one in differences(store, plan, file.parent) if one.verb is not Verb.CANCEL]
    if not dry_run:
        admit(steps)
    done = steps if dry_run else carry_out(store, plan.plan, steps, person())
    for step in done:
        show(step, as_json)
    sum_up(steps, ", once it is imported" if dry_run else "")


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.") from None


def _everything(store: Store) -> Iterator[str]:
    import json

    for row in store.history.rows():
        yield json.dumps(row, ensure_ascii=False) + "\n"


def _deliveries(store: Store, form: str, name: str | None, since: str | None) -> Iterator[str]:
    from datetime import UTC, datetime

    from socialpipe.cli.tables import calendar, table

    if name is not None:
        store.channels.get(name)
    floor = parse_time(since, datetime.min.replace(tzinfo=UTC)) if since else None
    found = [
        (one, store.deliveries.texts(one.id))
        for one in store.deliveries.find(channel_name=name, limit=1_000_000)
        if floor is None or one.wanted_at >= floor
    ]
    return table(found) if form == "csv" else calendar(found, store.now())


def _write_images(store: Store, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, data in store.history.images():
        kind = "png" if data.startswith(b"\x89PNG") else "webp" if data[8:12] == b"WEBP" else "jpg"
        (folder / f"{name}.{kind}").write_bytes(data)
        count += 1
    return count
