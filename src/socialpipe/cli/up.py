"""`socialpipe up`: everything on one machine."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from socialpipe.cli.output import say

if TYPE_CHECKING:
    from socialpipe.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the web role listens.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="0: any free one.",
)
def up(host: str, port: int) -> None:
    """Run Redis, workers, dispatcher, keeper and web until Ctrl-C or SIGTERM."""
    from socialpipe.cli import run
    from socialpipe.worker import fork

    with fork.tidy():
        from socialpipe.settings import load
        from socialpipe.worker.up import running, stop_signals

        settings = load()
    stop = stop_signals()
    with running(settings, host, port, run=run, say=say) as pipeline:
        click.echo(f"socialpipe is up: {pipeline.url}")
        _say_how_to_begin(settings, pipeline.url)
        say(f"Data: {settings.data_dir}. Stop with Ctrl-C.")
        pipeline.supervisor.watch(stop)
        say("Stopping: deliveries under way are finished first.")


def _say_how_to_begin(settings: Settings, url: str) -> None:
    """Show the owner's link; a database that is away at this moment must not end what runs."""
    from socialpipe.cli.people_links import say_how_to_begin
    from socialpipe.errors import SocialpipeError
    from socialpipe.store import Store

    try:
        with closing(Store(settings)) as store:
            say_how_to_begin(store, url)
    except SocialpipeError as error:
        say(f"No link for a first owner: {error} `socialpipe up` shows one when it starts again.")
