"""Newsletters, on a mail server of others' making."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from email.message import EmailMessage

from tests.servers.conftest import Between
from tests.servers.mail import LARGEST, PASSWORD, USER, MailServer
from tests.servers.stage import LINK, composed, connect, look, only, queue, run, threaded

from socialpipe.engine import Engine
from socialpipe.engine import connect as opened
from socialpipe.model import Card, Channel, State

SETTINGS: Mapping[str, str] = {
    "sender": "news@blog.example",
    "to": "readers@lists.example",
    "username": USER,
    "subject_prefix": "(광고)",
    "unsubscribe": "https://blog.example/leave",
}
END = b"\r\n.\r\n"


def channel(engine: Engine, port: int, password: str = PASSWORD) -> Channel:
    secrets = {"password": password}
    return connect(engine, "email", f"smtp://127.0.0.1:{port}", SETTINGS, secrets)


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n")


def test_korean_post_with_card(engine: Engine, mails: MailServer, picture: Card) -> None:
    post = composed("email", picture)
    queue(engine, channel(engine, mails.port), post)
    assert run(engine).state is State.PUBLISHED
    (mail,) = mails.mails
    assert mail["Subject"] == f"(광고) {post.title}"
    assert mail["To"] == "readers@lists.example"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert body(mail, "plain").startswith(post.parts[0].text.rstrip())
    html = body(mail, "html")
    assert picture.alt in html.replace("&quot;", '"')
    assert "cid:card0" in html
    (image,) = [part for part in mail.walk() if part.get_content_type() == "image/jpeg"]
    assert image.get_payload(decode=True) == picture.data
    receipt = only(engine).receipt
    assert receipt is not None
    assert receipt.id == mail["Message-ID"]


def test_greylisted_is_sent_later(engine: Engine, mails: MailServer) -> None:
    queue(engine, channel(engine, mails.port), threaded("email", "안녕하세요, 한강입니다."))
    mails.greylist = 1
    before = engine.store.now()
    found = run(engine)
    assert (found.state, found.attempt) == (State.SCHEDULED, 0)
    assert found.due_at - before > timedelta(minutes=4)
    assert run(engine, ahead=timedelta(minutes=10)).state is State.PUBLISHED
    assert len(mails.mails) == 1


def test_lost_answer_waits_for_a_person(
    engine: Engine, mails: MailServer, between: Between
) -> None:
    """Nobody can be asked whether a newsletter went out, so it is never sent twice unasked."""
    proxy = between(mails.port)
    queue(engine, channel(engine, proxy.port), threaded("email", "안녕하세요, 한강입니다."))
    proxy.lose_answer(END)
    assert run(engine).state is State.UNCERTAIN
    found = look(engine)
    assert (found.state, found.look_at) == (State.UNCERTAIN, None)
    assert run(engine, ahead=timedelta(days=1)).state is State.UNCERTAIN
    assert (proxy.lost, len(mails.mails)) == (1, 1)
    engine.store.deliveries.confirm_published(found.id, LINK)
    assert only(engine).state is State.PUBLISHED


def test_connection_lost_before_the_message_is_harmless(
    engine: Engine, mails: MailServer, between: Between
) -> None:
    proxy = between(mails.port)
    queue(engine, channel(engine, proxy.port), threaded("email", "안녕하세요, 한강입니다."))
    proxy.lose_request(b"rcpt TO")
    assert run(engine).state is State.SCHEDULED
    assert run(engine, ahead=timedelta(minutes=1)).state is State.PUBLISHED
    assert len(mails.mails) == 1


def test_wrong_password_pauses_the_channel(engine: Engine, mails: MailServer) -> None:
    made = channel(engine, mails.port, password="wrong")
    queue(engine, made, threaded("email", "안녕하세요, 한강입니다."))
    assert run(engine).state is State.SCHEDULED
    assert engine.store.channels.get(made.name).paused
    assert mails.mails == []


def test_too_large_is_rejected(engine: Engine, mails: MailServer) -> None:
    queue(engine, channel(engine, mails.port), threaded("email", "가" * (LARGEST // 2)))
    found = run(engine)
    assert found.state is State.FAILED
    assert "does not fit" in (found.reason or "")  # nothing was sent
    assert mails.mails == []


def test_check_logs_in(engine: Engine, mails: MailServer) -> None:
    identity = opened(engine, channel(engine, mails.port)).check()
    assert identity.id == "news@blog.example"
