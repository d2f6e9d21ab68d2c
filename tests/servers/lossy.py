"""A proxy that loses what a network loses: the answer to a request, or the request itself."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self


@dataclass
class _Loss:
    request: bytes  # the bytes by which it is known
    answer: bool  # lose the answer to it, not the request
    skip: int  # pieces of the answer that pass before


class _Connection:
    """One client's connection and the one to the server behind it."""

    def __init__(self, proxy: Lossy, client: socket.socket, server: socket.socket) -> None:
        self.proxy, self.client, self.server = proxy, client, server
        self.loss: _Loss | None = None

    def run(self) -> None:
        for pump in (self._forward, self._backward):
            threading.Thread(target=self._guarded, args=(pump,), daemon=True).start()

    def _guarded(self, pump: Callable[[], None]) -> None:
        with suppress(OSError):
            pump()
        self.end()

    def _forward(self) -> None:
        seen = b""
        while data := self.client.recv(65_536):
            seen = (seen + data)[-200_000:]
            loss = self.proxy.taken(seen)
            if loss:
                seen = b""
                self.loss = loss
                if not loss.answer:
                    self.proxy.lost += 1
                    return
            self.server.sendall(data)

    def _backward(self) -> None:
        while data := self.server.recv(65_536):
            if self.loss:
                self.loss.skip -= 1
                if self.loss.skip < 0:  # the server has committed: it answers
                    self.proxy.lost += 1
                    return
            self.client.sendall(data)

    def end(self) -> None:
        for sock in (self.client, self.server):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()


class Lossy:
    """Forwards TCP from `port` to a server on loopback; `lost` counts what went missing."""

    def __init__(self, server_port: int) -> None:
        self._to = server_port
        self._losses: list[_Loss] = []
        self._lock = threading.Lock()
        self._connections: list[_Connection] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self.port: int = self._listener.getsockname()[1]
        self.lost = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for connection in self._connections:
            connection.end()

    def lose_answer(self, request: bytes, *, skip: int = 0) -> None:
        """Once: hang up instead of passing on the answer to what contains `request`."""
        self._losses.append(_Loss(request, answer=True, skip=skip))

    def lose_request(self, request: bytes) -> None:
        """Once: hang up instead of passing on what contains `request`."""
        self._losses.append(_Loss(request, answer=False, skip=0))

    def taken(self, seen: bytes) -> _Loss | None:
        with self._lock:
            for loss in self._losses:
                if loss.request in seen:
                    self._losses.remove(loss)
                    return loss
        return None

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to), 5)
                server.settimeout(None)
                connection = _Connection(self, client, server)
                self._connections.append(connection)
                connection.run()
