"""Newsletters, against a small mail server."""

from __future__ import annotations

import base64
import socketserver
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from tests.platforms.case import CARD, LINK, Memory, counted, http, part

from socialpipe.errors import (
    NotSent,
    PlatformError,
    Rejected,
    Throttled,
    Unauthorized,
    Unknown,
)
from socialpipe.platforms.base import Account
from socialpipe.platforms.email import Email

SILENCE = "silence"  # longer than anybody waits


class Server(socketserver.ThreadingTCPServer):
    """Takes mail; `says` overrides an answer, None hangs up instead."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, says: Mapping[str, str | None]) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.says = says
        self.mails: list[bytes] = []
        self.commands: list[str] = []


class Session(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        if not self._say("HELLO", "220 ready"):
            return
        for line in self.rfile:
            words = line.decode().strip()
            self.server.commands.append(words)
            if not self._answer(words.partition(" ")[0].upper()):
                return

    def _answer(self, verb: str) -> bool:
        if verb == "EHLO":
            return self._say(verb, "250-mail.example\r\n250 AUTH PLAIN")
        if verb == "DATA" and self.server.says.get(verb, "354") == "354":
            self._say(verb, "354 go on")
            return self._take()
        return self._say(verb, "221 bye" if verb == "QUIT" else "250 ok")

    def _take(self) -> bool:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        if self.server.says.get("END", "") is not None:
            self.server.mails.append(b"".join(lines))
        return self._say("END", "250 queued")

    def _say(self, verb: str, usual: str) -> bool:
        words = self.server.says.get(verb, usual)
        if words is SILENCE:
            time.sleep(1)
            return False
        if words is not None:
            self.wfile.write(words.encode() + b"\r\n")
        return words is not None


@contextmanager
def server(**says: str | None) -> Iterator[Server]:
    with Server(says) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def email(running: Server, *, private: bool = True, **settings: str) -> Email:
    base = f"smtp://127.0.0.1:{running.server_address[1]}"
    known = {"sender": "news@brand.example", "to": "list@lists.example", **settings}
    client = http(allow_private_hosts=private, read_timeout=0.5)
    return Email(Account("e", known, {"password": "mail-SECRET"}, client, Memory(), base))


def received(running: Server) -> EmailMessage:
    (mail,) = running.mails
    message = message_from_bytes(mail, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_readers_get_text_html_and_image() -> None:
    with server() as running:
        platform = email(
            running,
            subject_prefix="(광고)",
            unsubscribe="https://brand.example/u",
            footer="브랜드, 수신거부: https://brand.example/u",
        )
        receipt = platform.publish(part(cards=(CARD,)))
        message = received(running)
    assert message["Subject"] == "(광고) 서울 여행 체크리스트"
    assert message["Message-ID"] == receipt.id
    assert message["List-Unsubscribe"] == "<https://brand.example/u>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert LINK in text.get_content()
    assert text.get_content().rstrip().endswith("수신거부: https://brand.example/u")
    assert f'alt="{CARD.alt}"' in html.get_content()
    (image,) = (part for part in message.walk() if part.get_content_type() == "image/jpeg")
    assert image.get_payload(decode=True) == CARD.data
    assert image["Content-ID"] == "<card0>"


def test_it_holds_a_place_while_it_talks() -> None:
    with server() as running, counted() as held:
        email(running).publish(part())
        assert received(running)
    assert held == ["in", "out"]


def test_a_repeat_is_the_same_mail() -> None:
    with server() as running:
        platform = email(running)
        assert platform.publish(part(cards=(CARD,))) == platform.publish(part(cards=(CARD,)))
        first, second = running.mails
    assert first == second


def test_it_logs_in() -> None:
    with server(AUTH="235 ok") as running:
        email(running, username="news").check()
        (auth,) = (line for line in running.commands if line.startswith("AUTH"))
    assert base64.b64decode(auth.split()[2]) == b"\0news\0mail-SECRET"


@pytest.mark.parametrize(
    ("says", "outcome"),
    [
        ({"HELLO": "421 too busy"}, Throttled),
        ({"HELLO": "554 no service"}, Rejected),
        ({"HELLO": None}, NotSent),
        ({"MAIL": "451 greylisted"}, Throttled),
        ({"RCPT": "550 no such user"}, Rejected),
        ({"RCPT": None}, NotSent),
        ({"MAIL": "530 authentication required"}, Unauthorized),
        ({"AUTH": "535 wrong mail-SECRET"}, Unauthorized),
        ({"DATA": "452 no space"}, Throttled),
        ({"END": "554 spam"}, Rejected),
        ({"END": "451 later"}, Throttled),
        ({"END": None}, Unknown),
        ({"END": SILENCE}, Unknown),
        ({"END": "what"}, Unknown),
        ({"END": "350 more?"}, Unknown),
        ({"RCPT": SILENCE}, NotSent),
        ({"RCPT": "what"}, NotSent),
    ],
    ids=str,
)
def test_outcomes(says: dict[str, str | None], outcome: type[PlatformError]) -> None:
    with server(**says) as running, pytest.raises(PlatformError) as caught:
        email(running, username="news" if "AUTH" in says else "").publish(part())
    assert type(caught.value) is outcome
    assert "SECRET" not in str(caught.value)
    assert running.mails == [] or outcome in {Rejected, Throttled, Unknown}


def test_private_hosts_are_refused_before_a_word() -> None:
    with server() as running, pytest.raises(Rejected, match="ALLOW_PRIVATE_HOSTS"):
        email(running, private=False).publish(part())
    assert running.commands == []


def test_nobody_listens() -> None:
    with server() as running:
        platform = email(running)
    with pytest.raises(NotSent):
        platform.publish(part())


@pytest.mark.parametrize("base", ["", "https://mail.example", "smtp://", "mail.example:587"])
def test_another_kind_of_address_is_told(base: str) -> None:
    account = Account("e", {"sender": "a@b.example", "to": "c@d.example"}, {}, http(), Memory())
    platform = Email(account)
    platform.base = base
    with pytest.raises(Rejected, match="smtp://host:587"):
        platform.check()


def test_a_password_does_not_go_out_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socialpipe.platforms.wire.is_public", lambda _: True)
    with server(AUTH="235 ok") as running, pytest.raises(Rejected, match="TLS"):
        email(running, private=False, username="news").check()
    assert not any(line.startswith("AUTH") for line in running.commands)
