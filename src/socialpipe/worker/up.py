"""What runs on one machine, and how it comes up and goes down."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import requests

from socialpipe.errors import TryAgain, UsageError
from socialpipe.settings import Settings
from socialpipe.store import Store
from socialpipe.worker import broker, fork, host
from socialpipe.worker.supervisor import DataDirLock, Supervisor

_READY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Running:
    """A pipeline that is up: where its web role listens, and its processes."""

    url: str
    supervisor: Supervisor


@contextmanager
def running(
    settings: Settings, host: str, port: int, *, run: fork.Run, say: Callable[[str], None]
) -> Iterator[Running]:
    """Bring everything up, and down again at the end; `run` runs a command of ours.

    Raises SocialpipeError when another one is up on the same data directory, TryAgain when the
    database or Redis cannot be reached.
    """
    lock = DataDirLock(settings.data_dir)
    lock.take()
    try:
        with fork.tidy():
            _prepare(settings)
        port = _free_port(host, port)
        supervisor = Supervisor(settings.data_dir / "logs", _environment(settings), run, say)
        try:
            _start(settings, supervisor, host, port)
            yield Running(f"http://{host}:{port}", supervisor)
        finally:
            supervisor.stop()
    finally:
        lock.release()


def stop_signals() -> threading.Event:
    """Notice SIGTERM and SIGINT from now on: also while everything comes up."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    return stop


def wait_until_ready(running_at: str) -> None:
    """Wait until the workers answer.

    Raises TryAgain when they do not.
    """
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        with suppress(requests.RequestException):
            if requests.get(f"{running_at}/healthz", timeout=5).ok:
                return
        time.sleep(0.2)
    raise TryAgain(
        "The workers do not come up.", "Their last words are in logs/ of the data directory."
    )


def _prepare(settings: Settings) -> None:
    """Migrate, and import what the roles are going to share."""
    if fork.possible():
        fork.aside(lambda: Store(settings).close())  # Alembic is large, and needed once
    store = Store(settings)  # fails early with a sentence
    host.be_the_only_one(store)
    store.close()
    if fork.possible():
        fork.preload()


def _start(settings: Settings, supervisor: Supervisor, host: str, port: int) -> None:
    if settings.redis_url is None:
        broker.stop_left_over(settings)
        supervisor.start_program("redis", broker.command(settings))
        broker.wait_until_ready(settings)
    else:
        broker.check(settings)
    supervisor.start("web", "web", "--no-setup-link", "--host", host, "--port", str(port))
    supervisor.start("worker-publish", "worker", "--queue", "publish")
    supervisor.start("worker-prepare", "worker", "--queue", "prepare")
    supervisor.start("dispatcher", "dispatcher")
    supervisor.start("keeper", "keeper")
    _wait_for_pages(host, port)


def _wait_for_pages(host: str, port: int) -> None:
    """Wait until somebody answers at the address that we are about to tell."""
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        time.sleep(0.05)


def _environment(settings: Settings) -> dict[str, str]:
    # The roles must find the same data directory from any working directory.
    return {**os.environ, "SOCIALPIPE_DATA_DIR": str(settings.data_dir), "PYTHONUNBUFFERED": "1"}


def _free_port(host: str, port: int) -> int:
    try:
        with socket.create_server((host, port)) as probe:
            found: int = probe.getsockname()[1]
            return found
    except OSError as error:
        raise UsageError(
            f"Port {port} on {host} cannot be used: {error.strerror}.",
            "Choose another with --port, or --port 0 for any free one.",
        ) from None
