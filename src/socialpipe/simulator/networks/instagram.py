"""Instagram professional accounts (Instagram Platform content publishing, read 2026-06)."""

from __future__ import annotations

import io
import re

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call
from socialpipe.simulator.graph import Graph
from socialpipe.simulator.ledger import AcceptedPost, Draft, Media
from socialpipe.simulator.network import Refusal, route
from socialpipe.simulator.wire import Answer, reply

HASHTAGS = 5  # more: published without its caption, and without an error
IMAGE_BYTES = 8_388_608
NARROWEST, WIDEST = 0.8, 1.91  # aspect ratio


class Instagram(Graph):
    """Answers container, publish, comment, status and read calls for images and carousels."""

    name = "instagram"
    title = "Instagram"
    first_id = 17_900_000_000_000_000
    busy = 80002
    limits = Limits(
        2200, Unit.CODEPOINTS, "developers.facebook.com/docs/instagram", "2026-11-23", images=10
    )

    @route("GET /me")
    def me(self, call: Call) -> Answer:
        who = call.account
        return reply({"id": who.id, "user_id": who.id, "username": who.name})

    @route("POST /{owner}/media", uploads=True)
    def create(self, call: Call) -> Answer:
        self.check_owner(call)
        caption = call.text("caption")
        if self.length(caption) > self.limits.text:
            raise self.invalid("The caption was too long.", "36004/2207010")
        if len(re.findall(r"(?<!\w)#\w", caption)) > HASHTAGS:
            caption = ""
        if call.text("media_type") == "CAROUSEL":
            return self.contain(call, caption, self.children(call))
        if call.text("media_type") not in {"", "IMAGE"}:
            raise self.invalid("Unknown media type.", "100/2207023")
        return self.contain(call, caption, self.image(call))

    @route("POST /{owner}/media_publish", creates=True)
    def publish(self, call: Call) -> Answer:
        self.check_owner(call)
        made = self.release(call)
        return reply({"id": self.accept(call, Draft(made.text, self.next_id(), made.media)).id})

    @route("GET /{owner}/media")
    def timeline(self, call: Call) -> Answer:
        self.check_owner(call)
        posts = self.ledger.own(self.name, call.account.name)
        own = [post for post in posts if post.reply_to is None]
        return self.listed(call, own)

    @route("POST /{node}/comments", creates=True)
    def comment(self, call: Call) -> Answer:
        if self.find(call.params["node"]) is None:
            raise self.invalid("Unsupported post request. Object does not exist", "100/33")
        comment = Draft(call.text("message"), self.next_id(), reply_to=call.params["node"])
        return reply({"id": self.accept(call, comment).id})

    @route("GET /{node}/comments")
    def comments(self, call: Call) -> Answer:
        posts = self.ledger.own(self.name, call.account.name)
        below = [post for post in posts if post.reply_to == call.params["node"]]
        return self.listed(call, below)

    @route("GET /{node}")
    def read(self, call: Call) -> Answer:
        return reply(self.node(call))

    @route("GET /{node}/insights")
    def count(self, call: Call) -> Answer:
        names = {"comments": "replies", "saved": "saves", "shares": "reposts"}
        return self.insights(call, {"views": "views", "likes": "likes", **names})

    @route("DELETE /{node}")
    def remove(self, call: Call) -> Answer:
        return self.delete(call)

    def image(self, call: Call) -> tuple[Media, ...]:
        """Take a JPEG of a permitted shape only."""
        (media,) = super().image(call)
        if media.mime != "image/jpeg":
            raise self.invalid("The image format is not supported.", "36001/2207005")
        if media.size > IMAGE_BYTES:
            raise self.invalid("The image is too large to download.", "36000/2207004")
        if not NARROWEST <= self._aspect(media) <= WIDEST:
            raise self.invalid("The aspect ratio is not supported.", "36003/2207009")
        return (media,)

    def _aspect(self, media: Media) -> float:
        from PIL import Image

        held = self.ledger.gallery.get(media.sha256)
        try:
            with Image.open(io.BytesIO(held[1] if held else b"")) as image:
                return round(image.width / image.height, 2)
        except OSError:
            broken = "The image cannot be read."
            raise self.invalid(broken, "36001/2207005") from None

    def unready(self, status: str) -> Refusal:
        if status == "IN_PROGRESS":
            return self.invalid("The media is not ready for publishing.", "9007/2207027")
        return self.invalid(f"The container is {status}.", "24/2207008")

    def shown(self, post: AcceptedPost) -> Json:
        album = {"children": {"data": [{"id": media.id} for media in post.media]}}
        words: Json = {"text" if post.reply_to else "caption": post.text}
        return {**super().shown(post), **words, **(album if len(post.media) > 1 else {})}
