"""`socialpipe worker|dispatcher|keeper|web`: one role in this process, for larger installations."""

from __future__ import annotations

import click


@click.command()
@click.option(
    "--queue",
    type=click.Choice(["publish", "prepare"]),
    default="publish",
    show_default=True,
    help="publish: sends posts. prepare: composes and draws.",
)
def worker(queue: str) -> None:
    """Run a Celery worker."""
    from socialpipe.worker.roles import run_worker

    run_worker(queue)


@click.command()
def dispatcher() -> None:
    """Run a dispatcher: hands due deliveries to the workers. Any number may run."""
    from socialpipe.worker.roles import run_dispatcher

    run_dispatcher()


@click.command()
def keeper() -> None:
    """Run a keeper: repairs what dead workers and lost answers leave. Any number may run."""
    from socialpipe.worker.roles import run_keeper

    run_keeper()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
def web(host: str, port: int) -> None:
    """Serve the pages, the API, /healthz and /metrics."""
    import uvicorn

    from socialpipe.cli.opening import open_store
    from socialpipe.settings import load
    from socialpipe.web.app import create

    uvicorn.run(
        create(open_store()),
        host=host,
        port=port,
        log_level=load().log_level.lower(),
        access_log=False,
        timeout_graceful_shutdown=3,
    )
