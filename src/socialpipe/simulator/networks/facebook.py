"""Facebook Pages (Graph API v25, read 2026-06); a token stands for one page."""

from __future__ import annotations

import json

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call
from socialpipe.simulator.graph import Graph
from socialpipe.simulator.ledger import AcceptedPost, Draft, Ledger, Media, Shelf
from socialpipe.simulator.network import route
from socialpipe.simulator.wire import Answer, reply

IMAGE_BYTES = 10_000_000


class Facebook(Graph):
    """Answers feed, photo, comment and read calls; any page number is the token's own."""

    name = "facebook"
    title = "Facebook"
    first_id = 122_000_000_000_000
    busy = 32
    limits = Limits(
        63_206, Unit.CODEPOINTS, "developers.facebook.com/docs/pages", "2026-11-23", images=10
    )

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base, ledger)
        self.latest: Shelf[str, str] = Shelf()  # text of the last post, by page

    @route("POST /{owner}/feed", creates=True)
    def create(self, call: Call) -> Answer:
        text, link, media = call.text("message"), call.text("link"), self._attached(call)
        if not text and not link and not media:
            raise self.invalid("The post is empty. Please enter a message to share.", "197")
        if self.too_long(text):
            raise self.invalid("Param message is too long.")
        if text and text == self.latest.get(call.account.id):
            raise self.invalid("Duplicate status message", "506")
        post = self._accept(call, text, media, link or None)
        self.latest[call.account.id] = text
        for photo in media:
            del self.media[photo.owner, photo.id]
        return reply({"id": post.id})

    @route("POST /{owner}/photos", uploads=True)
    def photo(self, call: Call) -> Answer:
        """Stage a photo, or publish it with its caption at once."""
        file = call.request.files.get("source")
        data, alt = file.data if file else b"", call.text("alt_text_custom")
        if len(data) > IMAGE_BYTES:
            raise self.invalid("Photos should be smaller than 10 MB.", "100/1366046")
        media = self.hold(call, data, alt) if file else self.fetched(call, call.text("url"), alt)
        if media is None:
            raise self.invalid("Missing or invalid image file", "324")
        if call.text("published") == "false":
            return reply({"id": media.id})
        post = self._accept(call, call.text("message"), (media,), None)
        return reply({"id": media.id, "post_id": post.id})

    @route("POST /{node}/comments")
    def comment(self, call: Call) -> Answer:
        if self.find(call.params["node"]) is None:
            raise self.invalid("Unsupported post request. Object does not exist", "100/33")
        comment = Draft(call.text("message"), self.next_id(), reply_to=call.params["node"])
        return reply({"id": self.accept(call, comment).id})

    @route("GET /{owner}/feed")
    def feed(self, call: Call) -> Answer:
        since = int(call.text("since") or 0)
        own = self.ledger.own(self.name, call.account.name)
        found = [p for p in own if p.at.timestamp() >= since and p.reply_to is None]
        return self.listed(call, found)

    @route("GET /{node}")
    def read(self, call: Call) -> Answer:
        if call.params["node"].isdecimal() or call.params["node"] == "me":
            return reply({"id": call.params["node"], "name": call.account.name, "link": self.base})
        return reply(self.node(call))

    @route("GET /{node}/insights")
    def count(self, call: Call) -> Answer:
        return self.insights(call, {"post_media_view": "views", "post_clicks": "clicks"})

    @route("DELETE /{node}")
    def remove(self, call: Call) -> Answer:
        return self.delete(call)

    def _accept(
        self, call: Call, text: str, media: tuple[Media, ...], link: str | None
    ) -> AcceptedPost:
        page = call.params["owner"]
        return self.accept(call, Draft(text, f"{page}_{self.next_id()}", media, link=link))

    def _attached(self, call: Call) -> tuple[Media, ...]:
        """Find staged photos, named in a list or in fields such as `attached_media[0]`."""
        named = [v for k, v in call.fields.items() if k.startswith("attached_media[")]
        wanted = [json.loads(value) for value in named] or call.list("attached_media")
        found = [self.uploaded(call, item["media_fbid"]) for item in wanted]
        if len(found) > self.limits.images or None in found:
            raise self.invalid("Invalid photos were attached.")
        return tuple(media for media in found if media is not None)

    def shown(self, post: AcceptedPost) -> Json:
        shown = {**super().shown(post), "message": post.text}
        shown["created_time"] = shown.pop("timestamp")
        counts = self.metrics(post)
        shown["shares"] = {"count": counts.reposts}
        shown["comments"] = {"summary": {"total_count": counts.replies}}
        shown["reactions"] = {"summary": {"total_count": counts.likes}}
        if post.media:
            photos = [{"media_type": "photo"} for _ in post.media]
            album = {"media_type": "album", "subattachments": {"data": photos}}
            shown["attachments"] = {"data": [album if len(photos) > 1 else photos[0]]}
        return shown
