"""Tumblr with the Neue Post Format (tumblr/docs api.md and npf-spec.md, 2024-10)."""

from __future__ import annotations

import json
from dataclasses import replace

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call
from socialpipe.simulator.ledger import AcceptedPost, Draft, Media
from socialpipe.simulator.network import Network, Refusal, route
from socialpipe.simulator.wire import Answer, reply

BLOCKS, IMAGES = 1000, 30


class Tumblr(Network):
    """Answers for any blog name, as a blog of the caller."""

    name = "tumblr"
    title = "Tumblr"
    prefix = "/v2"
    first_id = 780_000_000_000_000_000
    limits = Limits(4096, Unit.CODEPOINTS, "github.com/tumblr/docs", "2026-11-23", images=IMAGES)

    def error(self, status: int, message: str, code: str = "") -> Answer:
        number = int(code) if code.isdecimal() else 0
        said = {"title": message, "code": number, "detail": message}
        return reply({"meta": {"status": status, "msg": message}, "errors": [said]}, status)

    @route("GET /blog/{blog}/info")
    def info(self, call: Call) -> Answer:
        blog = {"name": call.params["blog"].partition(".")[0], "url": self.base}
        return _ok({"blog": blog})

    @route("POST /blog/{blog}/posts", creates=True)
    def create(self, call: Call) -> Answer:
        packed = call.request.files.get("json")
        post = json.loads(packed.data) if packed else call.object("json") or call.fields
        blocks = post.get("content") or []
        texts = [self._text(block) for block in blocks if block["type"] == "text"]
        images = tuple(self._image(call, block) for block in blocks if block["type"] == "image")
        if not blocks or len(blocks) > BLOCKS or len(images) > IMAGES:
            raise self._no("Invalid number of blocks")
        number, slug = self.next_id(), str(post.get("slug") or "")
        draft = Draft("\n\n".join(texts), number, images, key=slug, place=call.params["blog"])
        return _ok({"id": self.accept(call, draft).id, "state": "published"}, 201)

    @route("GET /blog/{blog}/posts")
    def posts(self, call: Call) -> Answer:
        own = self.ledger.own(self.name, call.account.name)
        here = [self._shown(post) for post in own if post.place == call.params["blog"]]
        start, limit = int(call.text("offset") or 0), min(20, int(call.text("limit") or 20))
        return _ok({"posts": here[start : start + limit]})

    @route("GET /blog/{blog}/notes")
    def notes(self, call: Call) -> Answer:
        post = self.find(call.text("id"), call.params["blog"])
        if post is None:
            return self.error(404, "Not Found")
        counts = self.metrics(post)
        return _ok({"notes": [], "total_likes": counts.likes, "total_reblogs": counts.reposts})

    @route("POST /blog/{blog}/post/delete")
    def delete(self, call: Call) -> Answer:
        post = self.find(call.text("id"), call.params["blog"])
        if post is None:
            return self.error(404, "Not Found")
        self.ledger.delete(post)
        return _ok({"id": post.id})

    def _text(self, block: Json) -> str:
        text = str(block["text"])
        if self.too_long(text):
            raise self._no("A text block takes 4096 characters")
        return text

    def _image(self, call: Call, block: Json) -> Media:
        """Return an image block names the part of the form with its bytes."""
        media, alt = block["media"][0], str(block.get("alt_text") or "")
        file = call.request.files.get(str(media.get("identifier")))
        held = self.hold(call, file.data) if file else None
        if held is None or held.mime != media.get("type") or len(alt) > 4096:
            raise self.refuse(400, "Media format not supported", "8005")
        return replace(held, alt=alt)

    def _no(self, why: str) -> Refusal:
        return self.refuse(400, why, "8001")

    def _shown(self, post: AcceptedPost) -> Json:
        name = post.place.partition(".")[0]
        url = f"https://{name}.tumblr.com/post/{post.id}/{post.key}"
        known = {"id": int(post.id), "id_string": post.id, "post_url": url, "slug": post.key}
        text = [{"type": "text", "text": part} for part in post.text.split("\n\n")]
        return {**known, "timestamp": int(post.at.timestamp()), "content": text}


def _ok(data: Json, status: int = 200) -> Answer:
    return reply({"meta": {"status": status, "msg": "OK"}, "response": data}, status)
