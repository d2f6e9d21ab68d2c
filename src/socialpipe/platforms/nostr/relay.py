"""Talking to a Nostr relay over a WebSocket (NIP-01)."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from socialpipe.errors import NotSent, Rejected, Throttled, Unknown
from socialpipe.model import Json
from socialpipe.platforms.answer import CHANGE, dig, parse, tidy, word
from socialpipe.platforms.places import on_the_wire

if TYPE_CHECKING:  # reading Limits must not load an HTTP library
    from websockets.sync.client import ClientConnection

    from socialpipe.platforms.http import Http

LARGEST = 1_000_000  # bytes of a message
MOST_REACTIONS = 1000  # that are counted
MOST = 50  # messages that a relay may say before its answer
PORTS = {"ws": 80, "wss": 443}


class Relay:
    """One relay. Raises PlatformError."""

    def __init__(self, url: str, http: Http) -> None:
        self.url, self.http = url, http
        self.host = urlsplit(url).hostname or "The relay"

    def reach(self) -> None:
        """Connect, and no more."""
        with self._open():
            return

    def send(self, event: Json) -> None:
        """Publish an event; that the relay has it already is success."""
        # A relay may refuse without naming the event (nostr-relay 1.14); ours is the only one.
        answer = self._ask(["EVENT", event], {"OK"}, {event["id"], ""})
        accepted = dig(answer, 2) is True
        if answer is None or (accepted and not word(answer, 1)):
            raise Unknown(f"{self.host} got the event and did not confirm it.")
        if not accepted:
            self._refuse(word(answer, 3))

    def has(self, event_id: str) -> bool:
        """Whether the relay shows an event."""
        wanted = ["REQ", "s", {"ids": [event_id], "limit": 1}]
        answer = self._ask(wanted, {"EVENT", "EOSE", "CLOSED"}, {"s"})
        if answer is None:
            raise NotSent(f"{self.host} did not answer.")
        return word(answer, 2, "id") == event_id

    def about(self, event_id: str, kinds: list[int]) -> dict[str, Any]:
        """Collect the events of such kinds that refer to another, by their ids."""
        wanted = {"kinds": kinds, "#e": [event_id], "limit": MOST_REACTIONS}
        found: dict[str, Any] = {}
        with self._open() as connection:
            for said in self._listen(connection, ["REQ", "s", wanted]):
                if word(said, 0) != "EVENT":
                    return found
                found[word(said, 2, "id")] = dig(said, 2)
        raise NotSent(f"{self.host} did not answer.")

    def _listen(self, connection: ClientConnection, message: list[Any]) -> Iterator[Any]:
        """Say something and hear what the relay says to it."""
        from websockets.exceptions import ConnectionClosed

        try:
            connection.send(json.dumps(message, ensure_ascii=False))
            for _ in range(MOST_REACTIONS + MOST):
                said = parse(connection.recv(self.http.read_timeout, decode=False))
                if word(said, 0) in {"EVENT", "EOSE", "CLOSED"} and word(said, 1) == "s":
                    yield said
        except (OSError, ConnectionClosed):
            return

    def _ask(self, message: list[Any], kinds: set[str], names: set[str]) -> Any | None:
        """Say something and wait for an answer about one of `names`; None: none came."""
        from websockets.exceptions import ConnectionClosed

        with self._open() as connection:
            try:
                connection.send(json.dumps(message, ensure_ascii=False))
                for _ in range(MOST):
                    said = parse(connection.recv(self.http.read_timeout, decode=False))
                    if word(said, 0) in kinds and word(said, 1) in names:
                        return said
            except (OSError, ConnectionClosed):
                return None
        return None

    def _refuse(self, words: str) -> None:
        """Read the prefix that NIP-01 gives to refusals."""
        prefix = words.partition(":")[0]
        said = f"{self.host} says: {tidy(words)}"
        if prefix == "duplicate":
            return
        if prefix in {"rate-limited", "error"}:
            raise Throttled(said, seconds=60)
        raise Rejected(said, CHANGE)

    @contextmanager
    def _open(self) -> Iterator[ClientConnection]:
        from websockets.exceptions import InvalidHandshake, InvalidURI
        from websockets.sync.client import connect

        try:
            with (
                on_the_wire(),
                connect(
                    self.url,
                    sock=self._socket(),
                    open_timeout=self.http.connect_timeout,
                    close_timeout=1,
                    max_size=LARGEST,
                    proxy=None,
                ) as connection,
            ):
                yield connection
        except (InvalidHandshake, InvalidURI) as error:
            raise NotSent(f"{self.host} is no relay, or does not let us in.") from error
        except OSError as error:
            raise NotSent(f"{self.host} cannot be reached: {type(error).__name__}.") from error

    def _socket(self) -> socket.socket:
        from socialpipe.platforms.wire import admit

        place = urlsplit(self.url)
        if place.scheme not in PORTS or not place.hostname:
            raise Rejected("The address is no relay.", "Give it as wss://relay.example.")
        target = (place.hostname, place.port or PORTS[place.scheme])
        sock = socket.create_connection(target, self.http.connect_timeout)
        return admit(sock, allow_private=self.http.allow_private_hosts)
