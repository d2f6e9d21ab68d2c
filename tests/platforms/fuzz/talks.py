"""Broken answers where no HTTP is spoken: relays of Nostr and mail servers."""

from __future__ import annotations

import json
import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from tests.platforms.case import Memory, media_url, part
from tests.platforms.fuzz.canned import encoded
from tests.platforms.fuzz.mutations import changed, torn

from socialpipe.errors import PlatformError
from socialpipe.model import Json, Receipt
from socialpipe.platforms.answer import dig, parse
from socialpipe.platforms.base import Account, Platform
from socialpipe.platforms.email import Email
from socialpipe.platforms.feed import Feed
from socialpipe.platforms.http import Http
from socialpipe.platforms.mailbox import Mailbox
from socialpipe.platforms.nostr import Nostr
from socialpipe.platforms.nostr.relay import Relay

MAILS = (b"220 h.example ESMTP", b"250 h.example", b"250 ok", b"250 ok", b"354 go on", b"250 taken")
SHM = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a disk would be slow
CODES = (
    b"200",
    b"220",
    b"250",
    b"251",
    b"354",
    b"421",
    b"451",
    b"500",
    b"535",
    b"550",
    b"999",
    b"",
)


def account(settings: dict[str, str], secrets: Json, base: str) -> Account:
    http = Http(connect_timeout=1, read_timeout=1, allow_private_hosts=True)
    return Account("fuzz", settings, secrets, http, Memory(), base, media_url)


class FakeRelay:
    """A connection to a relay; what it says is broken, and `heard` is what arrives."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.said: list[Any] = []
        self.heard: list[Any] = []
        self.name = ""

    def send(self, message: str) -> None:
        kind, *rest = json.loads(message)
        self.name = rest[0]["id"] if kind == "EVENT" else ""
        good = ["OK", self.name, True, ""] if kind == "EVENT" else ["EVENT", "s", EVENT]
        answers = [changed(self.dice, good), ["EOSE", "s"]]
        self.said = answers[: self.dice.choice((1, 2))]

    def recv(self, timeout: float, *, decode: bool) -> bytes:
        del timeout, decode
        if not self.said:
            raise TimeoutError
        data = torn(self.dice, encoded(self.said.pop(0)))
        self.heard.append(parse(data))
        return data

    def refused(self) -> str | None:
        """Say why the note cannot be called published; None: the relay has it."""
        for said in self.heard:
            kind, name, taken, why = (dig(said, n) for n in range(4))
            if kind == "OK" and name == self.name and taken is True:
                return None
            if kind == "OK" and str(why).startswith("duplicate"):
                return None
        return f"the relay said {self.heard}"


def attack_relay(seed: int) -> Iterator[str]:
    """Publish to, or search, a relay that says something wrong."""
    dice = random.Random(f"nostr {seed}")
    nostr = Nostr(account({}, {"secret_key": "00" * 31 + "03"}, "wss://relay.example"))
    relay = FakeRelay(dice)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Relay, "_open", lambda _: nullcontext(relay))
        yield from called(nostr, dice, f"nostr {seed}", relay.refused)


EVENT = {"id": "a" * 64, "kind": 7, "content": "+", "tags": [["e", "b" * 64]]}


def attack_mail_server(seed: int) -> Iterator[str]:
    """Send a newsletter through a server one of whose answers is wrong."""
    dice = random.Random(f"email {seed}")
    lines = list(MAILS)
    spoiled = dice.randrange(len(lines))
    words = lines[spoiled].partition(b" ")[2]
    lines[spoiled] = torn(dice, dice.choice(CODES) + dice.choice((b" ", b"-", b"")) + words)
    if dice.random() < 0.1:
        del lines[spoiled:]
    settings = {"to": "list@blog.example", "sender": "blog@blog.example", "from": "b@blog.example"}
    email = Email(account(settings, {}, "smtp://mail.example"))

    def refused() -> str | None:
        taken = lines[-1][:1] == b"2" and len(lines) == len(MAILS)
        return None if taken else f"the server said {lines}"

    def joined(_: Mailbox, host: str, port: int, timeout: float) -> socket.socket:
        del host, port, timeout
        ours, theirs = socket.socketpair()
        ours.settimeout(0.05)
        threading.Thread(target=serve, args=(theirs, lines), daemon=True).start()
        return ours

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Mailbox, "_get_socket", joined)
        yield from called(email, dice, f"email {seed}", refused)


def attack_feed(seed: int) -> Iterator[str]:
    """Add to a feed that somebody else has changed."""
    dice = random.Random(f"feed {seed}")
    with TemporaryDirectory(dir=SHM) as directory:
        settings = {"directory": directory, "url": "https://feed.example", "title": "가"}
        feed = Feed(account(settings, {}, ""))
        feed.publish(part(key="another"))
        file = Path(directory, "feed.json")
        before = torn(dice, encoded(changed(dice, json.loads(file.read_bytes()))))
        file.write_bytes(before)

        def refused() -> str | None:
            shown = [item["id"] for item in json.loads(file.read_bytes())["items"]]
            return None if f"urn:uuid:{part().key}" in shown else f"the feed has {shown}"

        yield from called(feed, dice, f"feed {seed}", refused)


def serve(connection: socket.socket, lines: list[bytes]) -> None:
    """Say one line after the other, each to what was said before it."""
    with connection, suppress(OSError):
        for n, line in enumerate(lines):
            heard = b"" if n else b"\n"
            end = b"\r\n.\r\n" if n == len(MAILS) - 1 else b"\n"
            while not heard.endswith(end):
                more = connection.recv(65_536)
                if not more:
                    return
                heard += more
            connection.sendall(line + b"\r\n")


def called(
    platform: Platform, dice: random.Random, seed: str, refused: Callable[[], str | None]
) -> Iterator[str]:
    """Make a call; yield what it fell over, or that it took a refusal for a success."""
    call = dice.choice(("publish", "publish", "find", "metrics", "delete"))
    try:
        match call:
            case "publish":
                receipt = platform.publish(part())
                why = refused()
                if not receipt.id or why:
                    yield f"{seed}: published, though {why}"
            case "find":
                platform.find(part())
            case "metrics":
                platform.metrics(Receipt("a" * 64))
            case _:
                platform.delete(Receipt("a" * 64))
    except PlatformError:
        return
    except Exception as error:  # noqa: BLE001 (that is what we look for)
        yield f"{seed}: {call} fell over {error!r}"


ATTACKS: dict[str, Callable[[int], Iterator[str]]] = {
    "nostr": attack_relay,
    "email": attack_mail_server,
    "feed": attack_feed,
}
