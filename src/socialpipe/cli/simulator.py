"""`socialpipe simulator`: local stand-ins for the social platforms."""

from __future__ import annotations

import json
import signal
import threading
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from socialpipe.simulator import Simulator


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=0, type=click.IntRange(0, 65_535), help="0: any free port.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="PLATFORM:FAULT[:COUNT[:SECONDS]]",
    help="Let the next COUNT posts go wrong: throttle, error, error_after, drop, slow, hold, "
    "revoke, garbage, cut, processing. May be given again.",
)
@click.option(
    "--latency", default=0.0, type=click.FloatRange(0, 60), help="Seconds added to every call."
)
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON with url and port.")
def simulator(
    host: str, port: int, faults: tuple[str, ...], latency: float, *, as_json: bool
) -> None:
    """Answer as the social platforms do, on this machine, until Ctrl-C.

    Point a channel at it by its api_base; look at what was published in a browser.
    """
    from socialpipe.simulator import Simulator
    from socialpipe.simulator.faults import parse

    wanted = [parse(fault) for fault in faults]
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with Simulator(host, port, latency) as running:
        for fault in wanted:
            running.arm(fault)
        click.echo(_greeting(running, as_json=as_json))
        ended.wait()


def _greeting(running: Simulator, *, as_json: bool) -> str:
    """Where it is and how to use it."""
    if as_json:
        return json.dumps({"url": running.url, "port": running.port})
    from socialpipe.simulator.networks.webhook import SECRET

    bases = "\n".join(f"  {name:<10} {running.base(name)}" for name in running.networks)
    return (
        f"Simulated platforms: {running.url} (open it in a browser; Ctrl-C ends)\n"
        "Set SOCIALPIPE_ALLOW_PRIVATE_HOSTS=true and give a channel its api_base:\n"
        f"{bases}\n"
        f"As: socialpipe channel add mastodon NAME --set api_base={running.base('mastodon')}\n"
        "Any credential works but one that begins with “bad”. "
        f"The webhook's secret is {SECRET}.\n"
        f"Faults while it runs: POST {running.url}/_sim/faults "
        '{"platform": "mastodon", "fault": "drop", "count": 1}'
    )
