"""LINE Messaging API (line-openapi and developers.line.biz, read 2026-08)."""

from __future__ import annotations

from uuid import UUID

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call, digest
from socialpipe.simulator.ledger import Draft, Ledger, Media, Shelf
from socialpipe.simulator.network import Network, Refusal, route
from socialpipe.simulator.wire import Answer, reply

KEY_LIFE = 86_400  # seconds a retry key is honoured


class Line(Network):
    """Answers broadcasts; the request id is the only name that a broadcast has."""

    name = "line"
    title = "LINE"
    limits = Limits(5000, Unit.UTF16, "developers.line.biz", "2026-11-23", images=5)

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base, ledger)
        self.keys: Shelf[tuple[str, str], tuple[str, float]] = Shelf()

    def error(self, status: int, message: str, code: str = "") -> Answer:
        del code
        return reply({"message": message}, status)

    def throttled(self, seconds: int, now: float) -> Answer:
        del seconds, now  # LINE names no time
        return self.error(429, "The API rate limit has been exceeded. Try again later.")

    @route("GET /v2/bot/info")
    def info(self, call: Call) -> Answer:
        return reply({"userId": f"U{call.account.id}", "displayName": call.account.name})

    @route("GET /v2/bot/insight/message/event")
    def count(self, call: Call) -> Answer:
        post = self.mine(call, call.text("requestId"))
        if post is None:
            return self.error(404, "Not found")
        counts = self.metrics(post)
        told = {"uniqueImpression": counts.views, "uniqueClick": counts.clicks}
        return reply({"overview": {"requestId": post.id, **told}})

    @route("POST /v2/bot/message/validate/broadcast")
    def validate(self, call: Call) -> Answer:
        self._messages(call)
        return reply({})

    @route("POST /v2/bot/message/broadcast", creates=True)
    def broadcast(self, call: Call) -> Answer:
        """Send to all friends; a retry key that was used is a conflict, which means success."""
        text, media = self._messages(call)
        key = call.request.headers.get("X-Line-Retry-Key")
        request = digest(f"{self.next_id()}{call.account.id}")[:32]
        named = {"X-Line-Request-Id": request}
        if key is not None:
            self._check(key)
            accepted, expires = self.keys.get((call.account.id, key), ("", 0.0))
            if accepted and call.now < expires:
                conflict = {"message": "The retry key is already accepted"}
                return reply(conflict, 409, {**named, "X-Line-Accepted-Request-Id": accepted})
            self.keys[call.account.id, key] = (request, call.now + KEY_LIFE)
        self.accept(call, Draft(text, request, media, key=key))
        return reply({}, headers=named)

    def _messages(self, call: Call) -> tuple[str, tuple[Media, ...]]:
        """Return the text and the images of 1 to 5 messages."""
        messages = call.list("messages")
        if not 1 <= len(messages) <= 5:
            raise self._invalid("messages", "Size must be between 1 and 5")
        texts = [self._text(item) for item in messages if item["type"] != "image"]
        return "\n".join(texts), tuple(self._image(m) for m in messages if m["type"] == "image")

    def _text(self, item: Json) -> str:
        text = str(item.get("text") or item.get("altText") or "")
        if item["type"] not in {"text", "flex"} or not text or self.too_long(text):
            raise self._invalid("messages", "Length must be between 1 and 5000")
        return text

    def _image(self, item: Json) -> Media:
        for name in ("originalContentUrl", "previewImageUrl"):
            url = str(item.get(name, ""))
            if not url.startswith("https://") or len(url) > 2000:
                raise self._invalid(name, "Must be a valid HTTPS URL")
        return Media(item["originalContentUrl"], "", 0, "")

    def _check(self, key: str) -> None:
        try:
            UUID(key)
        except ValueError:
            raise self._invalid("X-Line-Retry-Key", "Must be a UUID") from None

    def _invalid(self, where: str, why: str) -> Refusal:
        return self.refuse(400, f"The request body has 1 error(s): {where}: {why}")
