"""`socialpipe platforms`: the table of platforms and their limits."""

from __future__ import annotations

from dataclasses import asdict

import click

from socialpipe.cli.output import json_option, print_json, print_table


@click.command()
@json_option
def platforms(as_json: bool) -> None:
    """List the platforms, and what each of them takes."""
    from socialpipe.platforms import registry

    known = [registry.load(name) for name in registry.names()]
    if as_json:
        for platform in known:
            told = {
                "platform": platform.name,
                "title": platform.title,
                "limits": asdict(platform.limits),
            }
            print_json(told)
        return
    rows = []
    for platform in known:
        limits = platform.limits
        rows.append(
            (
                platform.name,
                f"{limits.text} {limits.unit}",
                "own length" if limits.link is None else str(limits.link),
                "yes" if limits.thread else "no",
                f"{limits.images} × {limits.image_bytes / 1e6:g} MB",
                "none" if limits.alt is None else str(limits.alt),
                f"{limits.source}, {limits.checked}",
            )
        )
    print_table(
        ("platform", "text", "a link counts", "threads", "images", "alt text", "source"), rows
    )
