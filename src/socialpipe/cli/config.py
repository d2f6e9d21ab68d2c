"""`socialpipe config`: every setting, its value and where it came from."""

from __future__ import annotations

import click

from socialpipe.cli.output import json_option, print_json, print_table


@click.group()
def config() -> None:
    """Look at the settings."""


@config.command()
@json_option
def show(as_json: bool) -> None:
    """Print each setting, its value and where it came from; secrets stay hidden."""
    from socialpipe.settings import PREFIX, Settings, load, origin

    settings = load()
    rows = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = "–" if value is None else str(value)
        rows.append((f"{PREFIX}{name.upper()}", shown, origin(name), field.description or ""))
    if as_json:
        for setting, value, source, _ in rows:
            print_json({"setting": setting, "value": value, "source": source})
    else:
        print_table(("setting", "value", "from", "what it is"), rows)
