"""stdout is the result, stderr is talk; `--json` on every command that reads."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])


def json_option(command: _Command) -> _Command:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def print_json(value: object) -> None:
    """Print one JSON value on one line."""
    click.echo(json.dumps(value, ensure_ascii=False, default=_plain))


def say(text: str) -> None:
    """Talk to the person: not part of the result."""
    click.echo(text, err=True)


def print_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], numbers: Collection[str] = ()
) -> None:
    """Print a table that fits the terminal; without colour where there is none.

    `numbers` are the headings of columns that stand to the right.
    """
    from rich.console import Console, JustifyMethod
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        justify: JustifyMethod = "right" if heading in numbers else "left"
        table.add_column(heading, overflow="fold", justify=justify)
    for row in rows:
        table.add_row(*row)
    console = Console(file=sys.stdout)
    if not console.is_terminal:
        # A pipe has no width: nothing may be folded there.
        console = Console(file=sys.stdout, width=10_000)
    console.print(table)


def local(at: datetime | None) -> str:
    """Show an instant in the user's zone, to the second."""
    if at is None:
        return "–"
    from zoneinfo import ZoneInfo

    from socialpipe.settings import load

    zone = ZoneInfo(load().timezone)
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z")


def person() -> str:
    """Name who sits at the keyboard, for the events."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in this container
        return "operator"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Path):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(type(value).__name__)
