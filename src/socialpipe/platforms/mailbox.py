"""Handing a message to a mail server (SMTP), step by step, since each step tells something else."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from socialpipe.errors import NotSent, PlatformError, Rejected, Throttled, Unauthorized, Unknown
from socialpipe.platforms.answer import CHANGE, RENEW, hide, tidy
from socialpipe.platforms.places import on_the_wire

if TYPE_CHECKING:  # reading Limits must not load an HTTP library
    from socialpipe.platforms.http import Http

DENIED = {530, 534, 535, 538}  # reply codes about credentials (RFC 4954)
GREYLIST = 300.0  # what servers usually ask a stranger to wait, s
PORTS = {"smtp": 587, "smtps": 465}
LOST = "The mail server got the message, but its answer was lost."
LOOK = "Look whether the list has it."


class Mailbox(smtplib.SMTP):
    """A connection whose peer was looked at before anything was said."""

    def __init__(self, place: SplitResult, http: Http) -> None:
        self._http, self._tls = http, place.scheme == "smtps"
        super().__init__(timeout=http.read_timeout)
        self._host = place.hostname or ""  # what the certificate must be for
        code, words = self.connect(self._host, place.port or PORTS[place.scheme])
        if code != 220:
            self.close()
            raise smtplib.SMTPConnectError(code, words)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        from socialpipe.platforms.wire import admit

        del timeout
        sock = socket.create_connection((host, port), self._http.connect_timeout)
        admit(sock, allow_private=self._http.allow_private_hosts)
        sock.settimeout(self._http.read_timeout)
        if self._tls:
            return ssl.create_default_context().wrap_socket(sock, server_hostname=host)
        return sock

    def enter(self, username: str, password: str) -> None:
        """Secure the connection, then log in."""
        self.ehlo()
        if not self._tls and self.has_extn("starttls"):
            self.starttls(context=ssl.create_default_context())
            self.ehlo()
            self._tls = True
        if not username:
            return
        if not self._tls and not self._http.allow_private_hosts:
            raise Rejected("The mail server offers no TLS.", "Use smtps://, or port 587.")
        self.login(username, password)

    def hand_over(self, sender: str, to: str, message: bytes) -> None:
        """Send one message.

        Raises Unknown when the connection ends after the message has left.
        """
        _expect(*self.mail(sender))
        _expect(*self.rcpt(to))
        try:
            code, words = self.data(message)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            if isinstance(error, smtplib.SMTPResponseException):
                raise
            raise Unknown(LOST, LOOK) from None
        if not 200 <= code < 300 and not 400 <= code < 600:
            raise Unknown(LOST, LOOK)
        _expect(code, words)


@contextmanager
def mailbox(base: str, http: Http, *, username: str, password: str) -> Iterator[Mailbox]:
    """Open the server at `base`, smtp://host:port or smtps://host:port.

    Raises PlatformError, as does what is done inside.
    """
    place = urlsplit(base)
    if place.scheme not in PORTS or not place.hostname:
        raise Rejected("The api_base is no mail server.", "Give it as smtp://host:587.")
    try:
        with on_the_wire():
            server = Mailbox(place, http)
            try:
                server.enter(username, password)
                yield server
            finally:
                with suppress(OSError, smtplib.SMTPException):
                    server.quit()
                server.close()
    except smtplib.SMTPResponseException as refusal:
        outcome = _outcome(refusal.smtp_code, refusal.smtp_error)
        outcome.what = hide(outcome.what, [password])
        raise outcome from None
    except (OSError, smtplib.SMTPException) as error:
        what = f"The mail server cannot be reached: {type(error).__name__}."
        raise NotSent(what) from None


def _expect(code: int, words: bytes) -> None:
    if not 200 <= code < 300:
        raise _outcome(code, words)


def _outcome(code: int, words: bytes | str) -> PlatformError:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    what = f"The mail server says {code}: {tidy(said)}"
    if 400 <= code < 500:
        return Throttled(what, seconds=GREYLIST, status=code)
    if code in DENIED:
        return Unauthorized(what, RENEW, status=code)
    if 500 <= code < 600:
        return Rejected(what, CHANGE, status=code)
    return NotSent(f"The mail server says what no mail server says: {tidy(said)}")
