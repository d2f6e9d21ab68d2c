"""A network that answers every call after a while: one event loop, so that it costs callers little.

    python standin.py SECONDS

Prints its port. A call to `/wait/N` takes N seconds instead.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys

WAIT = re.compile(rb"^\S+ /wait/(\d+)")
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Answerer(asyncio.Protocol):
    """One connection, kept alive; no pipelining."""

    latency = 0.0
    count = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.received = transport, b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not end or len(body) < int(length[1] if length else 0):
            return
        self.received = b""
        wait = WAIT.match(head)
        seconds = float(wait[1]) if wait else self.latency
        asyncio.get_running_loop().call_later(seconds, self.answer)

    def answer(self) -> None:
        Answerer.count += 1
        name = str(self.count)
        body = json.dumps({"id": name, "url": f"http://example.org/{name}"}).encode()
        head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
        self.transport.write(f"{head}{len(body)}\r\n\r\n".encode() + body)


async def main() -> None:
    Answerer.latency = float(sys.argv[1])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answerer, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
