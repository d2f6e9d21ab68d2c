"""SMTP (RFC 5321), for the stand-in of a mailing list: a message is a request."""

from __future__ import annotations

import base64
import binascii
import socket
from collections.abc import Callable
from email.message import Message
from socketserver import StreamRequestHandler, ThreadingTCPServer

from socialpipe.simulator.wire import Answer, Request

LONGEST = 64 * 1024 * 1024  # bytes of a message
REPLIES = {401: "535 5.7.8 Authentication credentials invalid", 429: "421 4.7.0 Try again later"}

Answerer = Callable[[Request], Answer | None]


class MailServer(ThreadingTCPServer):
    """Hands every message to `answerer`; None as its answer drops the connection."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, host: str, answerer: Answerer) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.answerer = answerer
        super().__init__((host, 0), Conversation)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: callers may hang up."""
        del request, client_address


class Conversation(StreamRequestHandler):
    """One connection; whoever logs in is an account, all others are `list`."""

    server: MailServer
    timeout = 300

    def handle(self) -> None:
        """Answer commands until QUIT, or until an answer is lost."""
        self.account, going = "list", True
        self._say("220 simulator ESMTP")
        while going and (line := self.rfile.readline(4096)):
            going = self._obey(line.decode("latin-1").strip())

    def _obey(self, line: str) -> bool:
        verb, _, rest = line.partition(" ")
        match verb.upper():
            case "EHLO":
                self._say("250-simulator", "250-AUTH PLAIN", "250 8BITMIME")
            case "HELO" | "MAIL" | "RCPT" | "RSET" | "NOOP":
                self._say("250 OK")
            case "AUTH":
                self._log_in(rest)
            case "DATA":
                return self._take()
            case "QUIT":
                self._say("221 Bye")
                return False
            case _:
                self._say("500 Command not recognized")
        return True

    def _log_in(self, rest: str) -> None:
        try:
            _, user, password = base64.b64decode(rest.partition(" ")[2]).split(b"\0")
        except (ValueError, binascii.Error):
            self._say("501 Malformed")
            return
        self.account = password.decode() if password.startswith(b"bad") else user.decode()
        self._say(REPLIES[401] if password.startswith(b"bad") else "235 2.7.0 Accepted")

    def _take(self) -> bool:
        """Read a message and hand it over; False: the answer is lost."""
        self._say("354 End with a dot")
        lines: list[bytes] = []
        while (line := self.rfile.readline(LONGEST)) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b"."))
        headers = Message()
        headers["Authorization"] = f"Bearer {self.account}"
        answer = self.server.answerer(Request("DATA", "/email/", "", headers, b"".join(lines)))
        if answer is None or answer.status >= 500 or "json" not in answer.mime:
            return False
        accepted = answer.status < 300
        self._say("250 OK" if accepted else REPLIES.get(answer.status, "554 5.6.0 Refused"))
        return True

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
