"""`socialpipe compose`: article in, posts and cards on disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from socialpipe.cli.choices import Choices, choices, illustrated, options_of
from socialpipe.cli.output import json_option, print_json, print_table, say
from socialpipe.cli.short_links import shortener

if TYPE_CHECKING:
    from socialpipe.model import Campaign

DEFAULT_PLATFORMS = ("x", "bluesky", "mastodon", "telegram")


@click.command()
@click.argument("source")
@click.option("--to", "platforms", multiple=True, metavar="PLATFORM", help="Platform; repeatable.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.")
@click.option(
    "--variants",
    type=click.IntRange(1, 9),
    default=1,
    metavar="N",
    help="Up to N posts a platform, with different first lines.",
)
@choices
@json_option
def compose(
    source: str,
    platforms: tuple[str, ...],
    out: Path | None,
    variants: int,
    as_json: bool,
    **chosen: Unpack[Choices],
) -> None:
    """Make posts and cards of an article; needs no account and no network.

    SOURCE is a text, Markdown, HTML, PDF or DOCX file, a URL, or - for standard input.
    """
    from socialpipe.cli.campaign_files import describe, write
    from socialpipe.cli.source import read_article
    from socialpipe.composing import compose as make

    options = options_of(chosen, variants)
    article = read_article(source)
    options = illustrated(options, article, source)
    names = list(dict.fromkeys(platforms or DEFAULT_PLATFORMS))
    campaign = make(article, names, options, shorten=shortener(options))
    if campaign.provenance.fallback:
        say(f"The language model was of no use: {campaign.provenance.fallback}. Composed without.")
    if out is not None:
        write(campaign, out)
        say(f"Look at {out / 'index.html'}")
    if as_json:
        print_json(describe(campaign))
    elif out is None:
        _show(campaign)
    else:
        _list(campaign)


def _list(campaign: Campaign) -> None:
    rows = [
        (post.platform, f"{part.length}/{part.limit} {part.unit}", part.text.splitlines()[0])
        for post in campaign.posts
        for part in post.parts
    ]
    print_table(("platform", "length", "begins"), rows)


def _show(campaign: Campaign) -> None:
    for post in campaign.posts:
        for n, part in enumerate(post.parts, start=1):
            head = f"{post.platform} {n}/{len(post.parts)} · {part.length}/{part.limit} {part.unit}"
            click.secho(head, bold=True)
            click.echo(f"{part.text}\n")
