"""A mail server, aiosmtpd: takes one user's mail and greylists when asked to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from tests.servers.process import free_port

USER, PASSWORD = "newsletter", "correct-horse"
LARGEST = 2_000_000  # bytes of a message


class MailServer:
    """A running server; `mails` are what it has taken."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.greylist = 0  # how many of the next recipients to put off
        self.port = free_port()

    @property
    def base(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802 (the name that aiosmtpd calls)
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.greylist:
            self.greylist -= 1
            return "451 4.7.1 Greylisted, please try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a server in this process."""
    server = MailServer()
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=server.port,
        authenticator=_authenticate,
        auth_require_tls=False,
        data_size_limit=LARGEST,
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def _authenticate(_server: Any, _session: Any, _envelope: Any, _how: str, data: Any) -> AuthResult:
    known = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == known, handled=False)
