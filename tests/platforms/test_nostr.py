"""Nostr, against a small relay; keys and signatures against other implementations."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.platforms.case import CARD, Memory, counted, http, media_url, part, publish_on
from websockets.sync.server import ServerConnection, serve

from socialpipe.errors import (
    NotSent,
    PlatformError,
    Rejected,
    Throttled,
    Unauthorized,
    Unknown,
)
from socialpipe.model import Receipt
from socialpipe.platforms.base import Account
from socialpipe.platforms.nostr import Nostr, bech32
from socialpipe.platforms.nostr.event import signed
from socialpipe.platforms.nostr.schnorr import public_key, sign

SECRET = "0000000000000000000000000000000000000000000000000000000000000003"
Say = Callable[[Any], object]


class Relay:
    """Keeps events; `say` answers to one instead, None hangs up without a word."""

    def __init__(self, say: Say | None = None) -> None:
        self.events: dict[str, Any] = {}
        self.say = say
        self.url = ""

    def talk(self, connection: ServerConnection) -> None:
        for text in connection:
            kind, *rest = json.loads(text)
            if kind == "EVENT":
                known = rest[0]["id"] in self.events
                self.events[rest[0]["id"]] = rest[0]
                usual = ["OK", rest[0]["id"], not known, "duplicate: exists" if known else ""]
                answer = self.say(rest[0]) if self.say else usual
                if answer is None:
                    connection.socket.close()
                    return
                connection.send(json.dumps(["NOTICE", "hello"]))
                connection.send(json.dumps(answer))
            if kind == "REQ":
                for wanted in rest[1]["ids"]:
                    if wanted in self.events:
                        connection.send(json.dumps(["EVENT", rest[0], self.events[wanted]]))
                connection.send(json.dumps(["EOSE", rest[0]]))


@contextmanager
def relay(say: Say | None = None) -> Iterator[Relay]:
    running = Relay(say)
    with serve(running.talk, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        running.url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        yield running
        server.shutdown()
        thread.join()


def nostr(url: str, *, secret: str = SECRET, private: bool = True, **settings: str) -> Nostr:
    client = http(read_timeout=0.5, allow_private_hosts=private)
    secrets = {"secret_key": secret}
    return Nostr(Account("n", settings, secrets, client, Memory(), url, media_url))


class TestSigning:
    def test_an_event_equals_that_of_other_implementations(self) -> None:
        content = '안녕하세요 🎉 "인용"\n둘째 줄 #서울 https://example.com/a.png'
        image = ["imeta", "url https://example.com/a.png", "m image/png", "alt 설명"]
        event = signed(bytes.fromhex(SECRET), 1_700_000_000, [["t", "서울"], image], content)
        assert event["id"] == "c1fbd291f6e5e5cdce0ec461fd46562d0760a226a5e6b03c917c25ac62f4439f"
        assert event["pubkey"] == "f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9"
        assert event["sig"] == (
            "b6047b2dbd6aeb2324d2d1109d16e4dbb8751d9c7950dea00f49999fbb2a1ed0"
            "5c4e68128e62f12436f453729d52c8aa588ee970448b216b31ddb2b3c5c480e7"
        )

    def test_first_vector_of_bip_340(self) -> None:
        assert sign(bytes.fromhex(SECRET), bytes(32)).hex() == (
            "e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca8215"
            "25f66a4a85ea8b71e482a74f382d2ce5ebeee8fdb2172f477df4900d310536c0"
        )

    @pytest.mark.parametrize("secret", [b"", bytes(32), b"\xff" * 32, b"\1" * 31])
    def test_what_is_no_key(self, secret: bytes) -> None:
        with pytest.raises(ValueError, match="secret key"):
            public_key(secret)


class TestBech32:
    def test_examples_of_nip_19(self) -> None:
        secret = "67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa"
        text = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5"
        assert bech32.encode("nsec", bytes.fromhex(secret)) == text
        assert bech32.decode("nsec", text).hex() == secret

    @given(st.binary(min_size=32, max_size=32))
    def test_what_is_written_is_read(self, data: bytes) -> None:
        assert bech32.decode("note", bech32.encode("note", data)) == data

    @pytest.mark.parametrize("text", ["", "nsec1", "npub1qqqqqqq", "nsec1qqqqqqqq", "nsec1b"])
    def test_what_is_wrong_is_told(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"nsec|substring"):
            bech32.decode("nsec", text)


class TestPublishing:
    def test_it_holds_a_place_while_it_talks(self) -> None:
        with relay() as running, counted() as held:
            nostr(running.url).publish(part())
            assert running.events
        assert held == ["in", "out"]

    def test_a_note_with_hashtags_and_an_image(self) -> None:
        with relay() as running:
            receipt = publish_on(nostr(running.url), part(cards=(CARD,)))
            (event,) = running.events.values()
        assert receipt.id == event["id"]
        assert str(receipt.url).startswith("https://njump.me/note1")
        assert event["content"] == f"{part().text}\n{media_url(CARD)}"
        tags = {tag[0]: tag for tag in event["tags"]}
        assert tags["imeta"][1] == f"url {media_url(CARD)}"
        assert f"alt {CARD.alt}" in tags["imeta"]
        assert ["t", "서울여행"] in event["tags"]

    def test_a_repeat_is_the_same_event_and_a_success(self) -> None:
        with relay() as running:
            platform = nostr(running.url)
            assert publish_on(platform, part()) == publish_on(platform, part())
            assert len(running.events) == 1

    def test_a_reply_marks_the_thread(self) -> None:
        root, parent = Receipt("a" * 64), Receipt("b" * 64)
        with relay() as running:
            publish_on(nostr(running.url), part(root=root, parent=parent))
            (event,) = running.events.values()
        assert [tag for tag in event["tags"] if tag[0] == "e"] == [
            ["e", root.id, "", "root"],
            ["e", parent.id, "", "reply"],
        ]

    def test_one_relay_that_takes_it_is_enough(self) -> None:
        with relay() as good, relay(lambda e: ["OK", e["id"], False, "blocked: no"]) as bad:
            assert publish_on(nostr(bad.url, relays=f" {good.url},"), part()).id in good.events

    def test_it_is_found_by_its_id(self) -> None:
        with relay() as running:
            platform = nostr(running.url)
            assert platform.find(part()) is None
            assert publish_on(platform, part(cards=(CARD,))) == platform.find(part(cards=(CARD,)))

    def test_check_names_the_key(self) -> None:
        with relay() as running:
            who = nostr(running.url).check()
        assert who.id == public_key(bytes.fromhex(SECRET)).hex()
        assert who.name.startswith("npub1")


@pytest.mark.parametrize(
    ("say", "outcome"),
    [
        (lambda e: ["OK", e["id"], False, "rate-limited: slow down"], Throttled),
        (lambda e: ["OK", e["id"], False, "blocked: not here"], Rejected),
        (lambda e: ["OK", e["id"], False], Rejected),
        (lambda _: ["OK", "another", True, ""], Unknown),
        (lambda e: {"what": e["id"]}, Unknown),
        (lambda _: None, Unknown),
        (lambda _: time.sleep(1), Unknown),
    ],
    ids=["throttled", "blocked", "no reason", "another", "garbage", "lost", "slow"],
)
def test_outcomes(say: Say, outcome: type[PlatformError]) -> None:
    with relay(say) as running, pytest.raises(PlatformError) as caught:
        publish_on(nostr(running.url), part())
    assert type(caught.value) is outcome


def test_nobody_listens() -> None:
    with relay() as running:
        url = running.url
    with pytest.raises(NotSent):
        publish_on(nostr(url), part())


def test_private_hosts_are_refused() -> None:
    with relay() as running, pytest.raises(Rejected, match="ALLOW_PRIVATE_HOSTS"):
        publish_on(nostr(running.url, private=False), part())


@pytest.mark.parametrize("secret", ["", "nsec1x", "00" * 32, "geheim"])
def test_a_bad_key_is_told_but_not_shown(secret: str) -> None:
    with pytest.raises(Unauthorized) as caught:
        nostr("ws://h.example", secret=secret).check()
    assert not secret or secret not in str(caught.value)
