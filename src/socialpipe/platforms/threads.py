"""Threads (developers.facebook.com/docs/threads, 2026-04-20)."""

from __future__ import annotations

from typing import Any

from socialpipe.model import Json, Limits, Metrics, Receipt, Recovery, Unit
from socialpipe.platforms.answer import dig, link, word
from socialpipe.platforms.base import Field, Identity, PartRequest
from socialpipe.platforms.meta import Graph
from socialpipe.platforms.meta.forms import insights
from socialpipe.platforms.oauth import facts
from socialpipe.platforms.readback import Seen, moment


class Threads(Graph):
    name = "threads"
    title = "Threads"
    api_base = "https://graph.threads.net/v1.0"
    limits = Limits(
        text=500,
        unit=Unit.EMOJI_BYTES,
        source="developers.facebook.com/docs/threads/posts; ayrshare.com/docs (images)",
        checked="2026-04-20",
        hashtags=1,  # the first one becomes the topic, the others stay plain
        links_most=5,  # THREADS_API__LINK_LIMIT_EXCEEDED since 2025-12-22
        images=20,  # children of a carousel
        image_bytes=8_000_000,
        alt=1000,  # alt_text
        card=(1080, 1350),
    )
    recovery = Recovery(read_back=True)
    fields = (
        Field("token", "long-lived user token: threads_content_publish", secret=True),
        Field("user_id", "numeric id of the profile (me)", required=False),
    )
    oauth = facts.THREADS

    def check(self) -> Identity:
        me = self.call("GET", "/me", params={"fields": "id,username"})
        name = me.word("username")
        return Identity(me.id("id"), name, f"https://www.threads.net/@{name}")

    def stage(self, request: PartRequest) -> Json:
        owner = self.setting("user_id", "me")
        reply = {"reply_to_id": request.parent.id} if request.parent else {}
        return {"id": self.container(owner, "threads", self._media(owner, request) | reply)}

    def publish(self, request: PartRequest) -> Receipt:
        owner = self.setting("user_id", "me")
        container = str((request.staged or self.stage(request))["id"])
        post = self.release(owner, "threads_publish", container)
        return self.published(post, "text")

    def _media(self, owner: str, request: PartRequest) -> dict[str, str]:
        images = [
            {"media_type": "IMAGE", "image_url": upload["url"], "alt_text": card.alt}
            for card, upload in zip(request.cards, request.uploads, strict=True)
        ]
        if not images:
            return {"media_type": "TEXT", "text": request.text}
        if len(images) == 1:
            return {**images[0], "text": request.text}
        children = [
            self.container(owner, "threads", {**image, "is_carousel_item": "true"})
            for image in images
        ]
        return {"media_type": "CAROUSEL", "children": ",".join(children), "text": request.text}

    def metrics(self, receipt: Receipt) -> Metrics:
        wanted = {"metric": "views,likes,replies,reposts,quotes,shares"}
        told = insights(self.call("GET", f"/{receipt.id}/insights", params=wanted))
        return Metrics(
            **{name: told.get(name) for name in ("views", "likes", "replies", "reposts", "quotes")}
        )

    def find(self, request: PartRequest) -> Receipt | None:
        fields = {"fields": "id,text,permalink,timestamp", "limit": "100"}
        edge = "replies" if request.parent else "threads"
        path = f"/{self.setting('user_id', 'me')}/{edge}"
        return self.settle(request, lambda: self.listed(request, path, fields, _seen))


def _seen(post: Any) -> Seen:
    receipt = Receipt(word(post, "id"), link(post, "permalink"))
    return Seen(receipt, word(post, "text"), moment(dig(post, "timestamp")))
