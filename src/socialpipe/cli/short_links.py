"""Short links on the command line: who gets them, and `socialpipe links`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from socialpipe.cli.opening import open_store
from socialpipe.cli.output import json_option, print_json, print_table, say
from socialpipe.errors import UsageError

if TYPE_CHECKING:
    from socialpipe.composing import Options, Shorten


def check_base() -> None:
    """Raise UsageError when this installation has no short links."""
    from socialpipe.settings import load

    if load().short_link_base is None:
        raise UsageError(
            "Short links need an address of yours to begin with.",
            "Set SOCIALPIPE_SHORT_LINK_BASE, for example to https://example.org/l; "
            "it must lead to /l/ of `socialpipe web`.",
        )


def shortener(options: Options) -> Shorten | None:
    """Return what shortens the links of posts composed at once; says why when nothing does.

    The store is not made for this: without one there is nobody to follow a short link.
    """
    from socialpipe.composing import wants_short_links
    from socialpipe.settings import load

    settings = load()
    if not wants_short_links(options):
        return None
    if settings.short_link_base is None:
        say("The links stay whole: SOCIALPIPE_SHORT_LINK_BASE is not set.")
        return None
    if settings.database_url is None and not (settings.data_dir / "socialpipe.db").is_file():
        say("The links stay whole: there is no store yet to keep short ones in.")
        return None
    return open_store().short_links.shortener(settings.short_link_base)


@click.command()
@json_option
def links(as_json: bool) -> None:
    """List short links with their clicks, the newest first."""
    from socialpipe.settings import load

    base = load().short_link_base or ""
    found = [(f"{base}/{link.code}", link) for link in open_store().short_links.find()]
    if as_json:
        for address, link in found:
            print_json(
                {
                    "link": address,
                    "channel": link.channel,
                    "target": link.target,
                    "clicks": link.clicks,
                    "last_click_at": link.last_click_at,
                }
            )
        return
    rows = [(address, str(one.clicks), one.channel, one.target) for address, one in found]
    print_table(("link", "clicks", "channel", "target"), rows)
