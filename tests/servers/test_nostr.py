"""Nostr, on a relay."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from secrets import token_hex

import pytest
from tests.platforms.case import Memory, media_url, part, publish_on
from tests.servers.conftest import Between
from tests.servers.nostr import LARGEST, RelayServer
from tests.servers.stage import ARTICLE, THREAD, composed, connect, look, queue, run, threaded

from socialpipe.engine import Engine
from socialpipe.engine import connect as opened
from socialpipe.errors import Rejected
from socialpipe.model import Card, Channel, State
from socialpipe.platforms.base import Account
from socialpipe.platforms.nostr import Nostr
from socialpipe.platforms.nostr.schnorr import public_key

pytestmark = pytest.mark.timeout(900)  # the first one on a machine installs the server

MINUTE = timedelta(minutes=1)
UPGRADE = b"GET / HTTP/1.1"  # one exchange passes before the event goes out


@dataclass(frozen=True)
class Author:
    """A key of this test's own."""

    server: RelayServer
    secret: str

    def channel(self, engine: Engine, port: int = 0) -> Channel:
        base = f"ws://127.0.0.1:{port or self.server.port}"
        return connect(engine, "nostr", base, {}, {"secret_key": self.secret})

    def contents(self) -> list[str]:
        author = public_key(bytes.fromhex(self.secret)).hex()
        return [event["content"] for event in self.server.events(author)]


@pytest.fixture
def author(relay_server: RelayServer) -> Author:
    return Author(relay_server, token_hex(32))


def test_korean_post_with_card(engine: Engine, author: Author, picture: Card) -> None:
    account = Account(
        "nostr",
        {},
        {"secret_key": author.secret},
        engine.http,
        Memory(),
        author.server.base,
        media_url,
    )
    nostr = Nostr(account)
    post = composed("nostr", picture)
    request = replace(
        part(text=post.parts[0].text, cards=post.cards, created_at=datetime.now(UTC)),
        hashtags=post.hashtags,
    )
    receipt = publish_on(nostr, request)
    assert publish_on(nostr, request) == receipt  # the relay calls it a duplicate
    assert nostr.find(request) == receipt
    (event,) = author.server.events(nostr.check().id)
    assert event["id"] == receipt.id
    assert event["content"] == f"{post.parts[0].text}\n{media_url(picture)}"
    assert ["t", ARTICLE.hashtags[0]] in event["tags"]
    (image,) = [tag for tag in event["tags"] if tag[0] == "imeta"]
    assert f"alt {picture.alt}" in image


def test_thread_is_a_chain(engine: Engine, author: Author) -> None:
    queue(engine, author.channel(engine), threaded("nostr", *THREAD))
    assert run(engine).state is State.PUBLISHED
    events = author.server.events(public_key(bytes.fromhex(author.secret)).hex())
    by_text = {event["content"]: event for event in events}
    first, second, third = (by_text[text] for text in THREAD)
    assert [tag for tag in second["tags"] if tag[0] == "e"] == [["e", first["id"], "", "root"]]
    replies = [tag[1] for tag in third["tags"] if tag[0] == "e"]
    assert replies == [first["id"], second["id"]]


def test_lost_answer_is_found(engine: Engine, author: Author, between: Between) -> None:
    proxy = between(author.server.port)
    queue(engine, author.channel(engine, proxy.port), threaded("nostr", THREAD[0]))
    proxy.lose_answer(UPGRADE, skip=1)
    assert run(engine).state is State.UNCERTAIN
    assert look(engine).state is State.PUBLISHED
    assert (proxy.lost, author.contents()) == (1, [THREAD[0]])


def test_lost_connection_before_the_event_is_harmless(
    engine: Engine, author: Author, between: Between
) -> None:
    proxy = between(author.server.port)
    queue(engine, author.channel(engine, proxy.port), threaded("nostr", THREAD[0]))
    proxy.lose_request(UPGRADE)
    assert run(engine).state is State.SCHEDULED
    assert run(engine, ahead=MINUTE).state is State.PUBLISHED
    assert author.contents() == [THREAD[0]]


def test_too_long_is_rejected(engine: Engine, author: Author) -> None:
    queue(engine, author.channel(engine), threaded("nostr", "가" * (LARGEST + 1)))
    found = run(engine)
    assert found.state is State.FAILED
    assert "invalid" in (found.reason or "")
    assert author.contents() == []


def test_stale_event_is_rejected(engine: Engine, author: Author) -> None:
    nostr = opened(engine, author.channel(engine))
    with pytest.raises(Rejected, match="too old"):
        nostr.publish(part(created_at=datetime(2020, 1, 1, tzinfo=UTC)))


def test_delete(engine: Engine, author: Author) -> None:
    nostr = opened(engine, author.channel(engine))
    nostr.publish(part(text=THREAD[0], created_at=datetime.now(UTC)))
    gone = nostr.publish(part(text=THREAD[1], created_at=datetime.now(UTC)))
    for _ in range(2):  # a request may be repeated
        nostr.delete(gone)
    assert THREAD[1] not in author.contents()
    assert THREAD[0] in author.contents()
