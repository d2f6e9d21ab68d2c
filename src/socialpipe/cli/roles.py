"""`socialpipe worker|dispatcher|keeper|web`: one role in this process, for larger installations."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from socialpipe.store import Store

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _probe_options(command: _Command) -> _Command:
    """Add `--metrics-host` and `--metrics-port`."""
    host = click.option("--metrics-host", default="127.0.0.1", show_default=True)
    port = click.option(
        "--metrics-port",
        default=0,
        show_default=True,
        type=click.IntRange(0, 65535),
        help="Answer /livez, /readyz, /healthz and /metrics on this port; 0: nowhere.",
    )
    return host(port(command))


@click.command()
@click.option(
    "--queue",
    type=click.Choice(["publish", "prepare"]),
    default="publish",
    show_default=True,
    help="publish: sends posts. prepare: composes and draws.",
)
@_probe_options
def worker(queue: str, metrics_host: str, metrics_port: int) -> None:
    """Run a Celery worker."""
    from socialpipe.worker.pool import run_worker

    run_worker(queue, _probe(metrics_host, metrics_port))


@click.command()
@_probe_options
def dispatcher(metrics_host: str, metrics_port: int) -> None:
    """Run a dispatcher: hands due deliveries to the workers. Any number may run."""
    from socialpipe.worker.roles import run_dispatcher

    run_dispatcher(_probe(metrics_host, metrics_port))


@click.command()
@_probe_options
def keeper(metrics_host: str, metrics_port: int) -> None:
    """Run a keeper: repairs what dead workers and lost answers leave. Any number may run."""
    from socialpipe.worker.roles import run_keeper

    run_keeper(_probe(metrics_host, metrics_port))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--no-setup-link", is_flag=True, help="Do not show how the first owner is made.")
def web(host: str, port: int, no_setup_link: bool) -> None:
    """Serve the pages, the API, /healthz and /metrics."""
    from socialpipe.cli.opening import open_everything
    from socialpipe.cli.people_links import say_how_to_begin
    from socialpipe.settings import load
    from socialpipe.web.app import create
    from socialpipe.web.server import serve
    from socialpipe.worker.backstage import RedisBackstage

    store = open_everything()
    if not no_setup_link and port:
        say_how_to_begin(store, f"http://{host}:{port}")
    app = create(store)
    app.state.backstage = RedisBackstage(load())
    serve(app, host, port)


def _probe(host: str, port: int) -> Callable[[Store], None]:
    def begin(store: Store) -> None:
        if port:
            from socialpipe.web.probe import Probe

            Probe(store, host, port)

    return begin
