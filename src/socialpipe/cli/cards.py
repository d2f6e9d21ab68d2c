"""`socialpipe cards`: what a designer needs while working on a template."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from socialpipe.cli.output import json_option, print_json, print_table, say

_REFUSED = 4
_LINTED = ("open-graph", "square", "portrait", "pin", "story")  # one size of every shape


@click.group()
def cards() -> None:
    """List, preview and check card templates."""


@cards.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the templates."""
    from socialpipe.cards import loading

    found = [loading.load(name) for name in loading.names()]
    if as_json:
        for one in found:
            print_json({"name": one.name, "themes": one.themes(), **one.card.model_dump()})
        return
    rows = [
        (one.name, one.card.title, ", ".join(one.themes()), ", ".join(one.card.needs))
        for one in found
    ]
    print_table(("template", "for", "themes", "needs"), rows)


@cards.command()
@click.argument("template")
@click.option("--theme", type=click.Choice(["light", "dark"]), help="Default: the template's own.")
@click.option("--language", default="ko", show_default=True, help="Language of the sample.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder for the sheet; default: here.",
)
@json_option
def preview(
    template: str,
    theme: str | None,
    language: str,
    out: Path,
    as_json: bool,
) -> None:
    """Draw TEMPLATE (a name, or a path to a .toml) at every size on one sheet, PNG and HTML."""
    from socialpipe.cards import preview as sheets
    from socialpipe.cards.samples import sample

    drawn = sheets.drawings(sample(language), template, theme)
    name = f"{Path(template).stem}-{theme or 'default'}-{language}"
    out.mkdir(parents=True, exist_ok=True)
    picture, page = out / f"{name}.png", out / f"{name}.html"
    picture.write_bytes(sheets.sheet(drawn))
    page.write_text(sheets.page(drawn, Path(template).stem, language), encoding="utf-8")
    if as_json:
        print_json({"png": str(picture), "html": str(page), "sizes": list(drawn)})
    else:
        click.echo(f"{picture}\n{page}")


@cards.command()
@click.argument("templates", nargs=-1)
@click.option("--language", "languages", multiple=True, help="Only these samples; default: all.")
@json_option
def lint(templates: tuple[str, ...], languages: tuple[str, ...], as_json: bool) -> int:
    """Check templates in every language, shape and theme; exit code 4 when something is wrong."""
    count = 0
    for finding in _findings(templates, languages):
        count += 1
        if as_json:
            print_json(finding)
        else:
            click.echo("{template} {size} {theme} {language}: {layer} {problem}".format(**finding))
    say(f"{count} findings" if count else "Nothing to mend.")
    return _REFUSED if count else 0


def _findings(templates: tuple[str, ...], languages: tuple[str, ...]) -> Iterator[dict[str, str]]:
    from socialpipe.cards import loading
    from socialpipe.cards.lint import lint_samples
    from socialpipe.cards.samples import samples

    for template in templates or loading.names():
        for size in _LINTED:
            yield from lint_samples(template, size, languages or tuple(samples()))
