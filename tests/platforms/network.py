"""A network on loopback: answers from recorded bodies, one fault at a time."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: Any = None  # JSON unless bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Drop:
    """End the connection instead of answering."""

    reset: bool = False


@dataclass(frozen=True)
class Slow:
    """Say nothing for some seconds; or a byte of the head at a time (`drip`)."""

    seconds: float
    drip: bool = False


Act = Reply | Drop | Slow
Route = Act | Callable[[Request], Act] | Sequence[Act]


class _Silent(ThreadingHTTPServer):
    """A caller that hangs up early is part of the tests, not worth a traceback."""

    def handle_error(self, request: object, client_address: object) -> None:
        del request, client_address


class Network:
    """Serve `routes`, keys "METHOD /path-regex"; the first that matches the whole path wins."""

    def __init__(self, routes: Mapping[str, Route]) -> None:
        self.routes = dict(routes)
        self.requests: list[Request] = []
        network = self

        class Handler(_Handler):
            def serve(self) -> Act:
                return network.answer(self.request_seen())

        self._server = _Silent(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, request: Request) -> Act:
        self.requests.append(request)
        for key, route in list(self.routes.items()):
            method, _, path = key.partition(" ")
            if method == request.method and re.fullmatch(path, request.path):
                return self._next(key, route, request)
        return Reply(404, {"error": f"no route for {request.method} {request.path}"})

    def _next(self, key: str, route: Route, request: Request) -> Act:
        if isinstance(route, Sequence):  # one after the other; the last one stays
            self.routes[key] = route[1:] or route
            return route[0]
        return route if isinstance(route, Reply | Drop | Slow) else route(request)

    def seen(self, key: str) -> list[Request]:
        method, _, path = key.partition(" ")
        return [r for r in self.requests if r.method == method and re.fullmatch(path, r.path)]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def serve(self) -> Act:
        raise AssertionError

    def request_seen(self) -> Request:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return Request(self.command, parts.path, query, dict(self.headers), body)

    def _handle(self) -> None:
        act = self.serve()
        if isinstance(act, Slow):
            self._dawdle(act)
        if not isinstance(act, Reply):
            self._drop(reset=isinstance(act, Drop) and act.reset)
            return
        body = act.body if isinstance(act.body, bytes) else json.dumps(act.body).encode()
        self.send_response(act.status)
        headers = {"Content-Type": "application/json", **act.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        if act.status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if act.status != 204:
            self.wfile.write(body)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815

    def _dawdle(self, act: Slow) -> None:
        end = time.monotonic() + act.seconds
        if act.drip:
            self.connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while time.monotonic() < end:
            if act.drip:
                try:
                    self.connection.sendall(b"X-Drip: a\r\n")
                except OSError:
                    return
            time.sleep(0.02)

    def _drop(self, *, reset: bool) -> None:
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.connection.close() if reset else self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""
