"""Nostr relays (nostr-protocol/nips, 2026-07-22)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from socialpipe.errors import NotSent, PlatformError, Rejected, Throttled, Unauthorized, Unknown
from socialpipe.model import Card, Json, Limits, Metrics, Receipt, Recovery, Unit
from socialpipe.platforms.answer import RENEW, word
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform
from socialpipe.platforms.nostr import bech32
from socialpipe.platforms.nostr.event import DELETION, NOTE, REACTION, REPOST, note, signed
from socialpipe.platforms.nostr.relay import Relay
from socialpipe.platforms.nostr.schnorr import public_key

WORST_LAST = (Rejected, NotSent, Throttled, Unknown)  # which failure of several relays counts


class Nostr(Platform):
    name = "nostr"
    title = "Nostr"
    api_base = ""  # a relay; more of them in `relays`
    schemes = ("wss", "ws")
    limits = Limits(
        text=10_000,
        unit=Unit.CODEPOINTS,
        source="NIP-11: a relay names its own limits, often 64 kB a message",
        checked="2026-07-22",
        text_bytes=30_000,
        hashtags=4,
        images=4,
        alt=1000,
        card=(1200, 675),
    )
    # The id of an event is a hash of it: the same event twice is one event, for ever.
    recovery = Recovery(key_lifetime=timedelta(days=36_500), read_back=True)
    fetches_images = True
    fields = (
        Field("secret_key", "nsec1… or 64 hexadecimal digits", secret=True),
        Field("relays", "more relays, separated by commas", required=False),
        Field("viewer", "address that shows a note (https://njump.me/)", required=False),
    )

    def check(self) -> Identity:
        author = public_key(self._secret())
        for relay in self._relays():
            relay.reach()
        name = bech32.encode("npub", author)
        return Identity(author.hex(), name, self._viewed(name))

    def upload(self, card: Card) -> Json:
        return {"url": self.public_url(card)}

    def publish(self, request: PartRequest) -> Receipt:
        """Send the note to every relay; one that takes it is enough."""
        event = note(self._secret(), request, [upload["url"] for upload in request.uploads])
        self._everywhere(lambda relay: relay.send(event))
        return self._receipt(event["id"])

    def delete(self, receipt: Receipt) -> None:
        """Ask every relay to delete the note (NIP-09); it is up to them."""
        tags = [["e", receipt.id], ["k", str(NOTE)]]
        event = signed(self._secret(), int(time.time()), tags, "", DELETION)
        try:
            self._everywhere(lambda relay: relay.send(event))
        except Unknown as unclear:  # asking twice does no harm
            raise NotSent(unclear.what) from unclear

    def metrics(self, receipt: Receipt) -> Metrics:
        """Count what the relays know, each event once."""
        found: dict[str, Any] = {}
        kinds = [NOTE, REPOST, REACTION]
        self._everywhere(lambda relay: found.update(relay.about(receipt.id, kinds)))
        counts = Counter(word(event, "kind") for event in found.values())
        likes, reposts, replies = (counts[str(kind)] for kind in (REACTION, REPOST, NOTE))
        return Metrics(likes=likes, reposts=reposts, replies=replies)

    def _everywhere(self, call: Callable[[Relay], None]) -> None:
        """Call every relay; one that does as it is told is enough."""
        failures: list[PlatformError] = []
        for relay in self._relays():
            try:
                call(relay)
            except PlatformError as failure:
                failures.append(failure)
        if len(failures) == len(self._relays()):
            raise max(failures, key=lambda failure: WORST_LAST.index(type(failure)))

    def find(self, request: PartRequest) -> Receipt | None:
        images = [self.public_url(card) for card in request.cards]
        event_id = note(self._secret(), request, images)["id"]
        found = any(relay.has(event_id) for relay in self._relays())
        return self._receipt(event_id) if found else None

    def _relays(self) -> list[Relay]:
        more = [url.strip() for url in self.setting("relays").split(",")]
        return [Relay(url, self.http) for url in [self.base, *more] if url]

    def _secret(self) -> bytes:
        text = self.account.secrets["secret_key"].strip()
        try:
            secret = bech32.decode("nsec", text) if text[:4] == "nsec" else bytes.fromhex(text)
            public_key(secret)
        except ValueError:
            raise Unauthorized("The secret_key is no Nostr key.", RENEW) from None
        return secret

    def _viewed(self, name: str) -> str:
        return self.setting("viewer", "https://njump.me/") + name

    def _receipt(self, event_id: str) -> Receipt:
        return Receipt(event_id, self._viewed(bech32.encode("note", bytes.fromhex(event_id))))
