"""A listener on this machine that hears one answer: where a network sends the browser back to."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Self

from socialpipe.errors import TryAgain, UsageError

PATH = "/callback"
_SAID = """<!doctype html><meta charset="utf-8"><title>socialpipe</title>
<p>socialpipe has got the answer. You can close this page and go back to the terminal.</p>
"""


class Loopback:
    """Listens on 127.0.0.1 for the one answer; everything else is refused.

    Raises UsageError when the port is taken.
    """

    def __init__(self, port: int = 0) -> None:
        self._heard = threading.Event()
        self._answer = ""
        try:
            self._server = HTTPServer(("127.0.0.1", port), self._handler())
        except OSError:
            raise UsageError(
                f"Port {port} of this machine is taken.",
                "Wait for who has it, or register another redirect URI and give its --port",
            ) from None
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def redirect_uri(self) -> str:
        """The address that the network is to send the browser to."""
        return f"http://127.0.0.1:{self._server.server_port}{PATH}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, seconds: float) -> str:
        """Return the address that the browser was sent to.

        Raises TryAgain when nothing comes in time.
        """
        if not self._heard.wait(seconds):
            raise TryAgain(
                f"No answer came within {seconds:.0f} s.",
                "Begin again; where no browser reaches this machine, use --paste",
            )
        return self._answer

    def _hear(self, path: str) -> bool:
        """Take the first answer, and no second one."""
        if self._heard.is_set() or path.partition("?")[0] != PATH:
            return False
        self._answer = f"{self.redirect_uri}{path.removeprefix(PATH)}"
        self._heard.set()
        return True

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hear = self._hear

        class Handler(BaseHTTPRequestHandler):
            timeout = 5  # s for a request: nobody may hold the line

            def do_GET(self) -> None:
                taken = hear(self.path)
                body = _SAID.encode() if taken else b"Not here.\n"
                self.send_response(200 if taken else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Referrer-Policy", "no-referrer")
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Write no log: the address holds the code."""

        return Handler
