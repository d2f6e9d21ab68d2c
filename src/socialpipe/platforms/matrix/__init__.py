"""Matrix rooms (client-server API v3, spec 1.18, 2026-07-21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from urllib.parse import quote

from socialpipe.errors import PlatformError, Rejected, Unauthorized
from socialpipe.model import Card, Json, Limits, Receipt, Recovery, Unit
from socialpipe.platforms.answer import RENEW, Answer
from socialpipe.platforms.base import Account, Field, Identity, PartRequest, Platform, attachment
from socialpipe.platforms.lookback import by_token, look_back
from socialpipe.platforms.matrix import events, login

LARGEST = 50_000_000  # bytes of an image, whatever a server allows
CLIENT, UPLOAD = "/_matrix/client/v3", "/_matrix/media/v3/upload"


class Matrix(Platform):
    name = "matrix"
    title = "Matrix"
    api_base = ""  # every account lives on a homeserver
    limits = Limits(
        text=55_000,
        unit=Unit.BYTES,
        source="spec.matrix.org client-server 1.18: an event has at most 65,536 bytes",
        checked="2026-07-21",
        thread=False,
        hashtags=0,  # plain text there
        images=10,  # one event each
        image_bytes=10_000_000,
        alt=1000,
        card=(1200, 675),
    )
    # A transaction id is honoured for one login; servers forget it (Synapse after about 30 min).
    recovery = Recovery(key_lifetime=timedelta(minutes=20), read_back=True)
    fields = (
        Field("token", "access token of a login that is kept", secret=True),
        Field("room_id", "id of a room that is joined and not encrypted, !…:server"),
        Field("key_minutes", "how long the server remembers a transaction (20)", required=False),
    )

    logins = (
        Field("user", "user name on the server"),
        Field("password", "password of that user", secret=True),
    )

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        minutes = self.amount("key_minutes", 20)
        life = timedelta(minutes=minutes) if minutes else None
        self.recovery = replace(self.recovery, key_lifetime=life)

    def log_in(self, given: Mapping[str, str]) -> dict[str, str]:
        """Log in once as a device of ours: transactions are remembered for each device."""
        return login.log_in(self, given)

    def sign_out(self) -> bool:
        self.call("POST", "/_matrix/client/v3/logout", json={})
        return True

    def judge(self, answer: Answer) -> PlatformError | None:
        if answer.word("errcode") in {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"}:
            return Unauthorized("The login has ended.", RENEW, status=answer.status)
        return None

    def check(self) -> Identity:
        me = self._user()
        if login.is_encrypted(self, self._room()):
            raise Rejected("The room is encrypted.", "Name a room without end-to-end encryption.")
        return Identity(me, me, f"https://matrix.to/#/{me}")

    def own_limits(self) -> Limits:
        told = self.call("GET", "/_matrix/client/v1/media/config").number("m.upload.size")
        return replace(self.limits, image_bytes=min(told or self.limits.image_bytes, LARGEST))

    def upload(self, card: Card) -> Json:
        name, kind = {"filename": attachment(card)[0]}, {"Content-Type": card.mime}
        answer = self.call("POST", UPLOAD, params=name, data=card.data, headers=kind)
        return {"uri": answer.id("content_uri")}

    def publish(self, request: PartRequest) -> Receipt:
        images = [
            self._send(f"{request.key}-i{n}", image).id("event_id")
            for n, image in enumerate(events.images(request))
        ]
        receipt = self._receipt(self._send(request.key, events.text(request)).id("event_id"))
        return replace(receipt, extra={"images": " ".join(images)}) if images else receipt

    def find(self, request: PartRequest) -> Receipt | None:
        """Look by transaction id, which only the login that sent it sees, then by text."""
        newest, me = {"dir": "b", "limit": "100"}, self._user()
        return look_back(
            request,
            lambda more: self.call("GET", f"{self._room()}/messages", params=newest | more),
            lambda page: events.listed(page, request.key, me, self._receipt),
            by_token("from", "end"),
        )

    def delete(self, receipt: Receipt) -> None:
        """Redact the text and, where we know them, the images that went before it."""
        for event in [receipt.id, *receipt.extra.get("images", "").split()]:
            path = f"redact/{quote(event, safe='')}/{sha256(event.encode()).hexdigest()[:24]}"
            self.remove("PUT", f"{self._room()}/{path}", json={})

    def _user(self) -> str:
        return self.call("GET", f"{CLIENT}/account/whoami").id("user_id")

    def _send(self, transaction: str, content: Json) -> Answer:
        path = f"{self._room()}/send/m.room.message/{quote(transaction, safe='')}"
        return self.call("PUT", path, creates=True, json=content)

    def _room(self) -> str:
        return f"{CLIENT}/rooms/{quote(self.account.settings['room_id'], safe='')}"

    def _receipt(self, event: str) -> Receipt:
        return Receipt(event, f"https://matrix.to/#/{self.account.settings['room_id']}/{event}")
