"""`socialpipe platforms`: the table of platforms and their limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from socialpipe.cli.output import json_option, print_json, print_table

if TYPE_CHECKING:
    from socialpipe.model import Recovery
    from socialpipe.platforms.base import Platform

HEADINGS = ("platform", "text", "a link counts", "threads", "images", "alt text", "a lost answer")


@click.command()
@click.option("--markdown", is_flag=True, help="Print the table of the README.")
@json_option
def platforms(markdown: bool, as_json: bool) -> None:
    """List the platforms, and what each of them takes."""
    from socialpipe.platforms import registry

    known = [registry.load(name) for name in registry.names()]
    if as_json:
        for one in known:
            print_json({"platform": one.name, "title": one.title, "limits": asdict(one.limits)})
    elif markdown:
        click.echo(as_markdown(known), nl=False)
    else:
        sources = [f"{one.limits.source}, {one.limits.checked}" for one in known]
        rows = [(*row(one), source) for one, source in zip(known, sources, strict=True)]
        print_table((*HEADINGS, "source"), rows)


def row(platform: type[Platform]) -> tuple[str, ...]:
    """Describe one platform in words."""
    limits = platform.limits
    return (
        platform.name,
        f"{limits.text:,} {limits.unit}",
        "its length" if limits.link is None else str(limits.link),
        "yes" if limits.thread else "no",
        f"{limits.images} × {limits.image_bytes / 1e6:g} MB" if limits.images else "no",
        "no" if limits.alt is None else str(limits.alt),
        _lost_answer(platform.recovery),
    )


def as_markdown(known: Sequence[type[Platform]]) -> str:
    """Return the table as the README has it."""
    lines = [HEADINGS, tuple("---" for _ in HEADINGS), *map(row, known)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _lost_answer(recovery: Recovery) -> str:
    ways = ["looked up"] if recovery.read_back else []
    if recovery.key_lifetime is not None:
        ways.append("repeated under the same key")
    return " or ".join(ways) or "asks you"
