"""Health and metrics of a role that serves no pages: a small server on a port of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from socialpipe.errors import SocialpipeError, UsageError
from socialpipe.store import Store
from socialpipe.web.health import Checks, health, ready, status
from socialpipe.web.metrics import CONTENT_TYPE, exposition

_TIMEOUT = 10  # s for a client to say what it wants


class Probe:
    """Answers /livez, /readyz, /healthz and /metrics in a thread until stopped.

    Raises UsageError when the port cannot be used.
    """

    def __init__(self, store: Store, host: str, port: int) -> None:
        handler = type("Handler", (_Handler,), {"store": store})
        try:
            self._server = ThreadingHTTPServer((host, port), handler)
        except OSError as error:
            raise UsageError(
                f"Port {port} on {host} cannot be used: {error.strerror}.",
                "Choose another with --metrics-port.",
            ) from None
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="probe", daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    store: Store
    timeout = _TIMEOUT

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/livez":
            self._send(200, "text/plain", b"ok\n")
        elif path == "/metrics":
            self._metrics()
        elif path in _CHECKS:
            found = _CHECKS[path](self.store)
            self._send(status(found), "application/json", json.dumps(found).encode())
        else:
            self._send(404, "text/plain", b"There are /livez /readyz /healthz /metrics\n")

    def _metrics(self) -> None:
        try:
            body = exposition(self.store)
        except SocialpipeError as error:
            self._send(503, "text/plain", str(error).encode())
        else:
            self._send(200, CONTENT_TYPE, body)

    def _send(self, code: int, content_type: str, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep quiet: a scrape every few seconds is no news."""


_CHECKS: dict[str, Callable[[Store], Checks]] = {"/readyz": ready, "/healthz": health}
