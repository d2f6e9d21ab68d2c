"""An engine on the store under test, and the simulator that it publishes to."""

from __future__ import annotations

import io
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from PIL import Image

from socialpipe.engine import Engine
from socialpipe.model import Card
from socialpipe.platforms.http import Http
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.store import Store


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Stand-in networks of this test's own."""
    with Simulator() as running:
        yield running


@pytest.fixture
def engine(store: Store) -> Engine:
    """An engine without jitter that gives up on a silent network after a second."""
    http = Http(connect_timeout=1, read_timeout=1, allow_private_hosts=True)
    return Engine(store, load(), http, actor="test", chance=lambda: 0.0)


@pytest.fixture
def picture() -> Card:
    """A small image."""
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "#3b2bff").save(file, "JPEG")
    return Card(file.getvalue(), 64, 48, "A blue field.")


@pytest.fixture
def image_host(picture: Card) -> Iterator[str]:
    """Serve the picture under every path, as a network's crawler sees our web role."""

    class Crawled(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", picture.mime)
            self.end_headers()
            self.wfile.write(picture.data)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Crawled) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
