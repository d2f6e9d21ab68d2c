"""The HTTP server: keep-alive, one thread a connection, and a prompt end of them all."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from socialpipe.simulator.wire import Answer, Request

BODY_ROOM = 64 * 1024 * 1024  # largest body read, bytes

Answerer = Callable[[Request], Answer | None]


class Server(ThreadingHTTPServer):
    """Hands every request to `answerer`; None as its answer drops the connection."""

    request_queue_size = 512
    daemon_threads = True

    def __init__(self, host: str, port: int, answerer: Answerer) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.answerer = answerer
        self._open: set[socket.socket] = set()
        self._ending = False
        self._changed = threading.Condition()
        super().__init__((host, port), Handler)

    def server_bind(self) -> None:
        """Bind without asking DNS for our own name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection and remember that it is open."""
        with self._changed:
            self._open.add(request)
            if self._ending:
                _shut(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._changed:
                self._open.discard(request)
                self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print what went wrong, unless a caller only hung up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def hang_up(self, timeout: float = 5.0) -> None:
        """Close every open connection and wait for their threads."""
        with self._changed:
            self._ending = True
            for connection in self._open:
                _shut(connection)
            self._changed.wait_for(lambda: not self._open, timeout)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was faster


class Handler(BaseHTTPRequestHandler):
    """Reads one request after the other from a connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "socialpipe-simulator"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout: ClassVar[float] = 300.0

    def _serve(self) -> None:
        if self.headers.get("Upgrade", "").lower() == "websocket":
            self._converse()
            return
        if trouble := self._trouble():
            self.close_connection = True
            self._send(Answer(trouble[0], trouble[1].encode(), "text/plain; charset=utf-8"))
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        path, _, query = self.path.partition("?")
        request = Request(self.command, path, query, self.headers, body)
        answer = self.server.answerer(request)
        if answer is None:
            self.close_connection = True
            _shut(self.connection)
        else:
            self._send(answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve  # noqa: N815

    def _converse(self) -> None:
        from socialpipe.simulator.relay import converse

        self.close_connection = True
        named = (f"{name}: {value}" for name, value in self.headers.items())
        head = "\r\n".join([self.requestline, *named, "", ""]).encode()
        converse(self.connection, head, self.path, self.server.answerer)

    def _trouble(self) -> tuple[int, str] | None:
        """Say why the body cannot be read."""
        length = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding"):
            return 411, "Send a Content-Length."
        if not length.isdecimal():
            return 400, "Content-Length is no number."
        if int(length) > BODY_ROOM:
            return 413, f"A body may have {BODY_ROOM} bytes."
        return None

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.mime)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the ledger knows every call."""
