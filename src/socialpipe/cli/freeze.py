"""`socialpipe freeze` and `unfreeze`: stop everything that would go out, and let it go on."""

from __future__ import annotations

import click

from socialpipe.cli.opening import open_everything
from socialpipe.cli.output import person, say


@click.command()
@click.option("--reason", default="no reason given", metavar="TEXT", help="For the others.")
def freeze(reason: str) -> None:
    """Publish nothing new, on any channel, until `unfreeze`."""
    from socialpipe.model import State

    store = open_everything()
    store.switches.freeze(person(), reason)
    counts = store.deliveries.counts()
    held = counts.get(State.SCHEDULED, 0) + counts.get(State.CLAIMED, 0)
    say(f"Frozen. {held} deliveries are held. Go on with: socialpipe unfreeze")


@click.command()
def unfreeze() -> None:
    """Publish again; what is late goes out paced."""
    if open_everything().switches.unfreeze():
        say("Publishing goes on; late posts of a channel keep a distance.")
    else:
        say("Nothing was frozen.")
