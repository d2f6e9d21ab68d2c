"""A Matrix homeserver (client-server API v3, specification 1.18; measured on Synapse)."""

from __future__ import annotations

import json
from dataclasses import replace

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call, digest
from socialpipe.simulator.ledger import AcceptedPost, Draft, Ledger, Media, Shelf, page
from socialpipe.simulator.network import Network, route
from socialpipe.simulator.wire import Answer, reply

CLIENT = "/_matrix/client/v3"
ROOM = f"{CLIENT}/rooms/{{room}}"
EVENT_BYTES = 65_536
KEY_LIFE = 1800  # seconds Synapse remembers a transaction id


class Matrix(Network):
    """Answers for unencrypted rooms of which every account is a member."""

    name = "matrix"
    title = "Matrix"
    limits = Limits(EVENT_BYTES, Unit.CODEPOINTS, "spec.matrix.org", "2026-11-23", images=1)

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base, ledger)
        self.transactions: Shelf[tuple[str, str, str], tuple[str, float]] = Shelf()

    def error(self, status: int, message: str, code: str = "") -> Answer:
        names = {404: "M_UNRECOGNIZED", 401: "M_UNKNOWN_TOKEN", 429: "M_LIMIT_EXCEEDED"}
        known = code if code.startswith("M_") else names.get(status, "M_UNKNOWN")
        return reply({"errcode": known, "error": message}, status)

    def throttled(self, seconds: int, now: float) -> Answer:
        del now
        said = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests"}
        headers = {"Retry-After": str(seconds)}
        return reply({**said, "retry_after_ms": seconds * 1000}, 429, headers)

    @route("GET /_matrix/client/versions", public=True)
    def versions(self, call: Call) -> Answer:
        del call
        return reply({"versions": ["v1.17", "v1.18"]})

    @route(f"GET {CLIENT}/account/whoami")
    def whoami(self, call: Call) -> Answer:
        return reply({"user_id": f"@{call.account.name}:simulator", "device_id": "SOCIALPIPE"})

    @route(f"GET {ROOM}/state/m.room.encryption/")
    def encryption(self, call: Call) -> Answer:
        del call
        return self.error(404, "Event not found.", "M_NOT_FOUND")

    @route("GET /_matrix/client/v1/media/config")
    def media_config(self, call: Call) -> Answer:
        del call
        return reply({"m.upload.size": 10_000_000})

    @route("POST /_matrix/media/v3/upload", uploads=True)
    def upload(self, call: Call) -> Answer:
        media = self.hold(call, call.request.body)
        if media is None:
            return self.error(400, "The simulator takes images only", "M_UNKNOWN")
        uri = f"mxc://simulator/{media.id}"
        self.keep(replace(media, id=uri))
        return reply({"content_uri": uri})

    @route(f"PUT {ROOM}/send/m.room.message/{{txn}}", creates=True)
    def send(self, call: Call) -> Answer:
        """Send; the same transaction of the same login shows the first event, whatever it says."""
        room, txn = call.params["room"], call.params["txn"]
        event, expires = self.transactions.get((call.token, room, txn), ("", 0.0))
        if not event or expires <= call.now:
            event = self._publish(call, room).id
            self.transactions[call.token, room, txn] = (event, call.now + KEY_LIFE)
        return reply({"event_id": event})

    @route(f"PUT {ROOM}/redact/{{event}}/{{txn}}")
    def redact(self, call: Call) -> Answer:
        post = self.find(call.params["event"], call.params["room"])
        if post is None:
            return self.error(404, "Event not found.", "M_NOT_FOUND")
        self.ledger.delete(post)
        return reply({"event_id": f"${digest(call.params['txn'])[:43]}"})

    @route(f"GET {ROOM}/messages")
    def messages(self, call: Call) -> Answer:
        own = self.ledger.own(self.name, call.account.name)
        here = [post for post in own if post.place == call.params["room"]]
        shown, onward = page(here, int(call.text("limit") or 10), call.text("from"))
        end = {"end": onward} if onward else {}
        return reply({"chunk": [self._shown(post) for post in shown], "start": "t0", **end})

    def _publish(self, call: Call, room: str) -> AcceptedPost:
        if not room.startswith("!"):
            raise self.refuse(403, "You are not in this room", "M_FORBIDDEN")
        if len(json.dumps(call.fields, ensure_ascii=False).encode()) > EVENT_BYTES:
            raise self.refuse(413, "event too large", "M_TOO_LARGE")
        kind, body = call.text("msgtype"), call.text("body")
        if kind not in {"m.text", "m.notice", "m.image"} or not body:
            raise self.refuse(400, "msgtype or body is missing", "M_BAD_JSON")
        media = self._image(call, body) if kind == "m.image" else ()
        event = f"${digest(self.next_id() + room)[:43]}"
        text = "" if media else body
        return self.accept(call, Draft(text, event, media, key=call.params["txn"], place=room))

    def _image(self, call: Call, body: str) -> tuple[Media, ...]:
        media = self.uploaded(call, call.text("url"))
        if media is None:
            raise self.refuse(404, "Media not found", "M_NOT_FOUND")
        return (replace(media, alt="" if body == call.text("filename") else body),)

    def _shown(self, post: AcceptedPost) -> Json:
        at = int(post.at.timestamp() * 1000)
        content = {"msgtype": "m.image" if post.media else "m.text", "body": post.text}
        known = {"event_id": post.id, "type": "m.room.message", "origin_server_ts": at}
        return {**known, "content": content, "unsigned": {"transaction_id": post.key}}
