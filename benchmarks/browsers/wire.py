"""HTTP as a browser speaks it, for little CPU: one event loop, kept connections, raw bytes."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
import zlib
from dataclasses import dataclass, field
from urllib.parse import urlencode

_STATUS = re.compile(rb"HTTP/1.1 (\d{3})")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_EVENT = re.compile(rb"^id: (\d+)", re.MULTILINE)


@dataclass
class Answer:
    """What came back."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        found = re.search(rb"\r\n" + name.encode() + rb": *([^\r]*)", self.head, re.IGNORECASE)
        return found[1].decode() if found else ""

    @property
    def text(self) -> str:
        """The body, unpacked."""
        packed = self.header("content-encoding") == "gzip"
        return (zlib.decompress(self.body, 31) if packed else self.body).decode()


@dataclass
class Call:
    """A request that is to be made."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def form(cls, path: str, fields: dict[str, str], **headers: str) -> Call:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return cls("POST", path, headers | kind, urlencode(fields).encode())

    def bytes(self, host: str) -> bytes:
        about = {"Host": host, "Accept-Encoding": "gzip", "Content-Length": str(len(self.body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in (about | self.headers).items())
        return f"{self.method} {self.path} HTTP/1.1\r\n{lines}\r\n".encode() + self.body


class _Connection(asyncio.Protocol):
    """One at a time: a request, its answer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.received = transport, bytearray()
        self.answered: asyncio.Future[Answer] | None = None

    def ask(self, data: bytes) -> asyncio.Future[Answer]:
        self.answered = asyncio.get_running_loop().create_future()
        self.transport.write(data)
        return self.answered

    def data_received(self, data: bytes) -> None:
        self.received += data
        end = self.received.find(b"\r\n\r\n")
        if end < 0 or self.answered is None:
            return
        head = bytes(self.received[: end + 2])
        length = _LENGTH.search(head)
        size = end + 4 + int(length[1] if length else 0)
        if len(self.received) < size:
            return
        status = _STATUS.match(head)
        assert status is not None
        body = bytes(self.received[end + 4 : size])
        del self.received[:size]
        answered, self.answered = self.answered, None
        if not answered.done():  # it may have been given up
            answered.set_result(Answer(int(status[1]), head, body))

    def connection_lost(self, _error: Exception | None) -> None:
        if self.answered is not None and not self.answered.done():
            self.answered.set_exception(ConnectionError("the server hung up"))


class Wire:
    """Connections to one server, kept for the next request."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._idle: list[_Connection] = []

    async def ask(self, call: Call) -> Answer:
        """Send a request; again, as browsers do, if the server hung up on an idle connection."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.transport.is_closing():
                with contextlib.suppress(ConnectionError):
                    return await self._ask(connection, call)
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(_Connection, self.host, self.port)
        return await self._ask(connection, call)

    async def _ask(self, connection: _Connection, call: Call) -> Answer:
        answer = await connection.ask(call.bytes(f"{self.host}:{self.port}"))
        self._idle.append(connection)
        return answer

    async def listen(self, call: Call, heard: Heard) -> asyncio.Transport:
        """Open a live page."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(lambda: _Stream(heard), self.host, self.port)
        transport.write(call.bytes(f"{self.host}:{self.port}"))
        return transport


@dataclass
class Heard:
    """What live pages were sent, together; the last event of each moment if it is asked for."""

    bytes: int = 0
    messages: int = 0
    ended: int = 0
    moments: list[tuple[float, int]] | None = None


class _Stream(asyncio.Protocol):
    def __init__(self, heard: Heard) -> None:
        self.heard = heard

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.heard.bytes += len(data)
        self.heard.messages += data.count(b"id: ")
        if self.heard.moments is not None:
            self.heard.moments += [(time.time(), int(one)) for one in _EVENT.findall(data)]

    def connection_lost(self, _error: Exception | None) -> None:
        self.heard.ended += 1
