"""A report as a table for people, with small bars."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from socialpipe.cli.output import local, print_table, say
from socialpipe.model.metrics import Metrics

if TYPE_CHECKING:
    from socialpipe.store.reports import Report, Standing

_BAR = 12  # characters
_EIGHTHS = "▏▎▍▌▋▊▉█"


def print_report(found: Report) -> None:
    """Print the posts, their sum, and sums by group; leaves out what no network tells."""
    if not found.rows:
        say(f"{found.title} has published nothing since {local(found.since)}.")
        return
    told = [name for name, count in asdict(found.total).items() if count is not None]
    where = ["channel"] if found.kind == "campaign" else []
    rows = [*_rows(found, told), _total(found, told)]
    print_table(("post", "published", *where, "title", *told, "new", ""), rows, [*told, "new"])
    if len(found.groups) > 1:
        click.echo()
        groups = [(name, *_cells(total, told)) for name, total in found.groups.items()]
        print_table(("campaign" if found.kind == "channel" else "channel", *told), groups, told)
    unread = sum(one.read_at is None for one in found.rows)
    if unread:
        say(f"{unread} posts have no numbers: too young, or their network tells none.")


def _rows(found: Report, told: Sequence[str]) -> list[tuple[str, ...]]:
    longest = max(one.now.interactions for one in found.rows)
    bar = bar_maker(sys.stdout.encoding)
    return [
        (*_name(one, found.kind), *_cells(one.now, told), _new(one), _bar(one, longest, bar))
        for one in found.rows
    ]


def _name(one: Standing, kind: str) -> tuple[str, ...]:
    delivery = one.delivery
    title = f"{delivery.title} (deleted)" if delivery.deleted_at else delivery.title
    where = (delivery.channel,) if kind == "campaign" else ()
    return (str(delivery.id), local(delivery.published_at)[:16], *where, title)


def _total(found: Report, told: Sequence[str]) -> tuple[str, ...]:
    space = ("",) * (2 if found.kind == "channel" else 3)
    gained = f"{found.gained.interactions:+,}"
    return (*space, "total", *_cells(found.total, told), gained, "")


def _cells(told: Metrics, names: Sequence[str]) -> list[str]:
    counts = asdict(told)
    return ["–" if counts[name] is None else f"{counts[name]:,}" for name in names]


def _new(one: Standing) -> str:
    return f"{one.gained.interactions:+,}" if one.read_at else "–"


# ── bars ───────────────────────────────────────────────────────────────────────────────────────


def _bar(one: Standing, longest: int, bar: Callable[[int, int], str]) -> str:
    return bar(one.now.interactions, longest)


def bar_maker(encoding: str | None) -> Callable[[int, int], str]:
    """Return what draws a count beside the greatest, in characters that the terminal has."""
    try:
        _EIGHTHS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return lambda count, most: "#" * _share(count, most, _BAR)
    return _smooth


def _smooth(count: int, most: int) -> str:
    whole, rest = divmod(_share(count, most, 8 * _BAR), 8)
    return _EIGHTHS[7] * whole + (_EIGHTHS[rest - 1] if rest else "")


def _share(count: int, most: int, of: int) -> int:
    """Return so many of `of`; at least one for anything at all."""
    return max(1, of * count // most) if count > 0 and most > 0 else 0
