"""Discord API v10, webhooks and bots (discord-api-docs, read 2026-08)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call, digest
from socialpipe.simulator.ledger import AcceptedPost, Draft, Ledger, Media, Shelf
from socialpipe.simulator.network import Network, route
from socialpipe.simulator.wire import Answer, Request, reply

NONCE_LIFE = 180  # seconds; documented as "the past few minutes"
FILE_BYTES = 10_485_760
HOOK = "/webhooks/{hook}/{token}"


class Discord(Network):
    """Answers message calls of webhooks and bots; every channel is in one server."""

    name = "discord"
    title = "Discord"
    prefix = r"/api(?:/v\d+)?"
    first_id = 1_300_000_000_000_000_000
    limits = Limits(2000, Unit.UTF16, "discord-api-docs", "2026-11-23", images=10, alt=1024)

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base, ledger)
        self.nonces: Shelf[tuple[str, str, str], tuple[AcceptedPost, float]] = Shelf()

    def error(self, status: int, message: str, code: str = "") -> Answer:
        return reply({"message": message, "code": int(code) if code.isdecimal() else 0}, status)

    def unauthorized(self) -> Answer:
        return self.error(401, "401: Unauthorized")

    def throttled(self, seconds: int, now: float) -> Answer:
        said = {"message": "You are being rate limited.", "retry_after": float(seconds)}
        headers = {
            "Retry-After": str(seconds),
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": str(now + seconds),
            "X-RateLimit-Reset-After": str(float(seconds)),
            "X-RateLimit-Scope": "user",
        }
        return reply({**said, "global": False}, 429, headers)

    def credential(self, request: Request, params: Mapping[str, str]) -> str:
        return params.get("token") or request.bearer

    @route(f"GET {HOOK}")
    def webhook(self, call: Call) -> Answer:
        return reply(self._place(call, {"id": call.params["hook"], "name": "webhook"}))

    @route("GET /channels/{channel}")
    def channel(self, call: Call) -> Answer:
        return reply(self._place(call, {"id": call.params["channel"], "name": "channel"}))

    @route(f"POST {HOOK}", creates=True)
    def execute(self, call: Call) -> Answer:
        post = self._publish(call)
        return Answer(204) if call.text("wait") != "true" else reply(self._shown(call, post))

    @route("POST /channels/{channel}/messages", creates=True)
    def create(self, call: Call) -> Answer:
        return reply(self._shown(call, self._publish(call)))

    @route("GET /channels/{channel}/messages/{message}")
    @route(f"GET {HOOK}/messages/{{message}}")
    def read(self, call: Call) -> Answer:
        return reply(self._shown(call, self._known(call)))

    @route("GET /channels/{channel}/messages")
    def messages(self, call: Call) -> Answer:
        own = self.ledger.own(self.name, call.account.name)
        here = [post for post in own if post.place == self._channel(call)]
        limit, before = int(call.text("limit") or 50), int(call.text("before") or self._last_id + 1)
        found = [post for post in here if int(post.id) < before]
        return reply([self._shown(call, post) for post in found[: min(100, limit)]])

    @route("DELETE /channels/{channel}/messages/{message}")
    @route(f"DELETE {HOOK}/messages/{{message}}")
    def delete(self, call: Call) -> Answer:
        self.ledger.delete(self._known(call))
        return Answer(204)

    def _publish(self, call: Call) -> AcceptedPost:
        """Create a message; an enforced nonce that was used just now shows the first one."""
        packed = call.text("payload_json")
        message: Json = json.loads(packed) if packed else call.fields
        nonce = str(message.get("nonce") or "")
        key = (call.account.id, self._channel(call), nonce)
        post, expires = self.nonces.get(key, (None, 0.0))
        if post is not None and call.now < expires and message.get("enforce_nonce"):
            return post
        if len(nonce) > 25:
            raise self.refuse(400, "Invalid Form Body", "50035")
        text, media = str(message.get("content") or "").strip(), self._files(call, message)
        if not text and not media and not message.get("embeds"):
            raise self.refuse(400, "Cannot send an empty message", "50006")
        if self.too_long(text):
            raise self.refuse(400, "Invalid Form Body", "50035")
        draft = Draft(text, self.next_id(), media, key=nonce or None, place=self._channel(call))
        post = self.accept(call, draft)
        self.nonces[key] = (post, call.now + NONCE_LIFE)
        return post

    def _files(self, call: Call, message: Json) -> tuple[Media, ...]:
        alts = {str(a["id"]): str(a.get("description", "")) for a in message.get("attachments", [])}
        files = {k[6:-1]: f for k, f in call.request.files.items() if k.startswith("files[")}
        if len(files) > 10 or any(len(alt) > 1024 for alt in alts.values()):
            raise self.refuse(400, "Invalid Form Body", "50035")
        if any(len(file.data) > FILE_BYTES for file in files.values()):
            raise self.refuse(413, "Request entity too large", "40005")
        held = [self.hold(call, file.data, alts.get(n, "")) for n, file in files.items()]
        return tuple(media for media in held if media is not None)

    def _known(self, call: Call) -> AcceptedPost:
        post = self.find(call.params["message"], self._channel(call))
        if post is None or post.account != call.account.name:
            raise self.refuse(404, "Unknown Message", "10008")
        return post

    def _channel(self, call: Call) -> str:
        """Name the channel: a webhook belongs to one."""
        hook = call.params.get("hook", "")
        return call.params.get("channel") or str(int(digest(hook)[:12], 16))

    def _place(self, call: Call, known: Json) -> Json:
        return {"channel_id": self._channel(call), "guild_id": "1000000000000000001", **known}

    def _shown(self, call: Call, post: AcceptedPost) -> Json:
        files = [{"id": m.id, "description": m.alt, "size": m.size} for m in post.media]
        at = datetime.fromtimestamp(post.at.timestamp(), UTC).isoformat()
        shown = {"id": post.id, "channel_id": self._channel(call), "content": post.text}
        nonce: Json = {"nonce": post.key} if post.key else {}
        nonce["reactions"] = [{"emoji": {"name": "❤"}, "count": self.metrics(post).likes}]
        return {**shown, **nonce, "timestamp": at, "attachments": files}
