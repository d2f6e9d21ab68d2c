"""Serving the application: streams end at once when the process is asked to stop."""

from __future__ import annotations

from types import FrameType

import uvicorn
from fastapi import FastAPI

from socialpipe.settings import load

_GRACE = 3  # s for requests under way


class _Server(uvicorn.Server):
    """A server that does not wait for pages which stay open on purpose."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End the live streams, then stop."""
        self._app.state.desk.live.close()
        super().handle_exit(sig, frame)


def serve(app: FastAPI, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level=load().log_level.lower(),
        access_log=False,
        ws="none",  # we speak no WebSocket: its library would only take memory
        timeout_graceful_shutdown=_GRACE,
    )
    _Server(config, app).run()
