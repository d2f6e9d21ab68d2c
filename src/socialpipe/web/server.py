"""Serving the application: slow clients are let go, and streams end when the process must stop."""

from __future__ import annotations

import asyncio
import sys
from types import FrameType

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from socialpipe.settings import load

_GRACE = 3  # s for requests under way
_HEAD = 15.0  # s for a client to say what it wants, …
_BODY = 120.0  # … to send what it has, a large picture over a thin line, …
# s that a thread may keep others from going on: each row of SQLite lets go once, and whoever writes
# keeps the publishing worker from writing meanwhile.
_SWITCH = 0.0005
_READ = 60.0  # … and to take anything of an answer that waits for it


class Bounded(H11Protocol):
    """A connection that ends when its client keeps us waiting: it costs us memory."""

    _late: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None
    _awaited: object = None  # what the client is at, by h11's name of the state

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Go on waiting, unless the request is whole."""
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        for one in (self._late, self._stuck):
            if one is not None:
                one.cancel()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Wait for the client to read."""
        super().pause_writing()
        self._stuck = self.loop.call_later(_READ, self.transport.abort)

    def resume_writing(self) -> None:
        """Write on: it has read."""
        super().resume_writing()
        if self._stuck is not None:
            self._stuck.cancel()

    def _wait(self) -> None:
        at = self.conn.their_state
        if at is self._awaited:
            return  # what trickles in buys no time
        self._awaited = at
        if self._late is not None:
            self._late.cancel()
        limit = {h11.IDLE: _HEAD, h11.SEND_BODY: _BODY}.get(at)
        self._late = self.loop.call_later(limit, self.transport.abort) if limit else None


class Server(uvicorn.Server):
    """A server that does not wait for pages which stay open on purpose."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                http=Bounded,
                log_level=load().log_level.lower(),
                access_log=False,
                ws="none",  # we speak no WebSocket: its library would only take memory
                timeout_graceful_shutdown=_GRACE,
            )
        )
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End the live streams, then stop."""
        self._app.state.desk.live.close()
        super().handle_exit(sig, frame)


def serve(app: FastAPI, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    sys.setswitchinterval(_SWITCH)
    Server(app, host, port).run()
