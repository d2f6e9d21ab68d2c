"""Matrix, on Synapse."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from tests.platforms.case import part
from tests.servers.conftest import Between
from tests.servers.matrix import Homeserver
from tests.servers.stage import THREAD, composed, connect, look, queue, run, threaded

from socialpipe.engine import Engine
from socialpipe.engine import connect as opened
from socialpipe.errors import Rejected
from socialpipe.model import Card, Channel, State
from socialpipe.platforms.matrix import Matrix

pytestmark = pytest.mark.timeout(900)  # the first one on a machine installs the server

SEND = b"/send/m.room.message/"


@dataclass(frozen=True)
class Room:
    """A room of this test's own, and a login that posts to it."""

    server: Homeserver
    token: str
    id: str

    def channel(self, engine: Engine, port: int = 0, token: str = "") -> Channel:
        base = f"http://127.0.0.1:{port or self.server.port}"
        secrets = {"token": token or self.token}
        return connect(engine, "matrix", base, {"room_id": self.id}, secrets)

    def bodies(self) -> list[str]:
        return [content.get("body", "") for content in self.server.messages(self.token, self.id)]


@pytest.fixture
def room(matrix_server: Homeserver) -> Room:
    token = matrix_server.login()
    return Room(matrix_server, token, matrix_server.room(token))


def test_korean_post_with_card(engine: Engine, room: Room, picture: Card) -> None:
    post = composed("matrix", picture)
    queue(engine, room.channel(engine), post)
    assert run(engine).state is State.PUBLISHED
    image, text = room.server.messages(room.token, room.id)
    assert (image["msgtype"], image["body"]) == ("m.image", picture.alt)
    assert image["info"]["size"] == len(picture.data)
    assert (text["msgtype"], text["body"]) == ("m.text", post.parts[0].text)


def test_lost_answer_is_found(engine: Engine, room: Room, between: Between) -> None:
    proxy = between(room.server.port)
    queue(engine, room.channel(engine, proxy.port), threaded("matrix", THREAD[0]))
    proxy.lose_answer(SEND)
    assert run(engine).state is State.UNCERTAIN
    assert look(engine).state is State.PUBLISHED
    assert (proxy.lost, room.bodies()) == (1, [THREAD[0]])


def test_lost_request_is_repeated(engine: Engine, room: Room, between: Between) -> None:
    proxy = between(room.server.port)
    queue(engine, room.channel(engine, proxy.port), threaded("matrix", THREAD[0]))
    proxy.lose_request(SEND)
    assert run(engine).state is State.UNCERTAIN
    assert look(engine).state is State.SCHEDULED
    assert run(engine).state is State.PUBLISHED
    assert room.bodies() == [THREAD[0]]


def test_lost_answer_to_the_card_creates_no_twin(
    engine: Engine, room: Room, between: Between, picture: Card
) -> None:
    """The card is an event of its own, before the text."""
    proxy = between(room.server.port)
    post = composed("matrix", picture)
    queue(engine, room.channel(engine, proxy.port), post)
    proxy.lose_answer(SEND)
    assert run(engine).state is State.UNCERTAIN
    assert look(engine).state is State.SCHEDULED
    assert run(engine).state is State.PUBLISHED
    assert room.bodies() == [picture.alt, post.parts[0].text]


def test_new_login_finds_what_the_old_one_sent(engine: Engine, room: Room) -> None:
    """A transaction id belongs to a login: a repeat from another one would be a twin."""
    request = part(created_at=datetime.now(UTC))
    old = opened(engine, room.channel(engine))
    receipt = old.publish(request)
    new = replace(old.account, secrets={"token": room.server.login()})
    assert Matrix(new).find(request) == receipt
    assert Matrix(new).find(replace(request, text="Another text.")) is None


def test_ended_login_pauses_the_channel(engine: Engine, room: Room) -> None:
    token = room.server.login()
    made = room.channel(engine, token=token)
    queue(engine, made, threaded("matrix", THREAD[0]))
    room.server.call("POST", "/logout", token)
    assert run(engine).state is State.SCHEDULED
    assert engine.store.channels.get(made.name).paused
    assert room.bodies() == []


def test_too_long_is_rejected(engine: Engine, room: Room) -> None:
    queue(engine, room.channel(engine), threaded("matrix", "가" * 25_000))
    found = run(engine)
    assert found.state is State.FAILED
    assert "does not fit" in (found.reason or "")  # nothing was sent
    assert room.bodies() == []


def test_longest_is_taken(engine: Engine, room: Room) -> None:
    text = "가" * (55_000 // 3)
    queue(engine, room.channel(engine), threaded("matrix", text))
    assert run(engine).state is State.PUBLISHED
    assert room.bodies() == [text]


def test_check_knows_account_and_room(engine: Engine, room: Room) -> None:
    assert opened(engine, room.channel(engine)).check().id == "@poster:localhost"


def test_encrypted_room_is_refused(engine: Engine, room: Room) -> None:
    secret = Room(room.server, room.token, room.server.room(room.token, encrypted=True))
    with pytest.raises(Rejected, match="encrypted"):
        opened(engine, secret.channel(engine)).check()


def test_delete(engine: Engine, room: Room) -> None:
    matrix = opened(engine, room.channel(engine))
    matrix.publish(part(text=THREAD[0], key="one"))
    gone = matrix.publish(part(text=THREAD[1], key="another"))
    for _ in range(2):  # gone already is success
        matrix.delete(gone)
    assert room.bodies() == [THREAD[0], ""]  # a redacted event stays, and says nothing
