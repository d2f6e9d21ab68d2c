"""The web role on a port of its own, and an engine whose images are fetched from there."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from PIL import Image
from tests.cli.conftest import socialpipe
from tests.conftest import Environment
from tests.servers.process import free_port

from socialpipe.engine import Engine
from socialpipe.model import Card
from socialpipe.platforms.http import Http
from socialpipe.settings import Settings, load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.web.app import create

__all__ = ["socialpipe"]  # a fixture


@contextmanager
def web_role(store: Store, settings: Settings, port: int) -> Iterator[None]:
    """Serve the application on a port."""
    config = uvicorn.Config(
        create(store, settings), host="127.0.0.1", port=port, log_level="warning", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 30
    while not server.started and time.monotonic() < end:
        time.sleep(0.01)
    assert server.started
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(30)


def engine_of(settings: Settings) -> Engine:
    http = Http(connect_timeout=5, read_timeout=20, allow_private_hosts=True)
    return Engine(Store(settings), settings, http, actor="test", chance=lambda: 0.0)


@pytest.fixture
def engine(environment: Environment) -> Iterator[Engine]:
    """An engine with a public address, which a web role serves."""
    port = free_port()
    environment(public_media_base_url=f"http://127.0.0.1:{port}/")
    made = engine_of(load())
    with web_role(made.store, load(), port):
        yield made
    made.store.close()


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture(scope="session")
def picture() -> Card:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "#3b2bff").save(file, "JPEG")
    return Card(file.getvalue(), 64, 48, "A blue field.")
