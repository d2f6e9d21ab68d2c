"""Instagram professional accounts (developers.facebook.com/docs/instagram-platform, 2026-06-02)."""

from __future__ import annotations

from socialpipe.errors import Rejected
from socialpipe.model import Json, Limits, Metrics, Receipt, Recovery, Unit
from socialpipe.platforms.base import Field, Identity, PartRequest
from socialpipe.platforms.instagram import posts
from socialpipe.platforms.meta import Graph
from socialpipe.platforms.meta.forms import insights
from socialpipe.platforms.oauth import facts


class Instagram(Graph):
    name = "instagram"
    title = "Instagram"
    api_base = "https://graph.instagram.com/v25.0"
    limits = Limits(
        text=2200,  # caption, error 2207010
        unit=Unit.CODEPOINTS,
        source="instagram-platform/content-publishing and error-codes",
        checked="2026-06-02",
        thread=False,
        hashtags=5,
        hashtags_most=5,  # since 2025-12-18; more may publish an empty caption
        mentions_most=20,  # error 2207010
        images=10,  # "between 2 and 10", error 2207028
        image_bytes=8_388_608,
        image_formats=("image/jpeg",),
        alt=1000,
        comments=True,
        card=(1080, 1350),  # 4:5, the tallest that is taken
    )
    recovery = Recovery(read_back=True, comments=True)
    fields = (
        Field("token", "long-lived token: instagram_business_content_publish", secret=True),
        Field("user_id", "numeric id of the account (me)", required=False),
    )
    oauth = facts.INSTAGRAM
    status_fields = "status_code,status"

    def check(self) -> Identity:
        me = self.call("GET", "/me", params={"fields": "user_id,username"})
        name = me.word("username")
        return Identity(me.id("user_id"), name, f"https://www.instagram.com/{name}/")

    def stage(self, request: PartRequest) -> Json:
        owner = self.setting("user_id", "me")
        return {"id": self.container(owner, "media", self._media(owner, request))}

    def publish(self, request: PartRequest) -> Receipt:
        owner = self.setting("user_id", "me")
        container = str((request.staged or self.stage(request))["id"])
        post = self.release(owner, "media_publish", container)
        return self.published(post, "caption")

    def comment(self, receipt: Receipt, text: str) -> Receipt:
        """Write a comment; the token needs instagram_business_manage_comments, too."""
        path, said = f"/{receipt.id}/comments", {"message": text}
        return Receipt(self.call("POST", path, creates=True, data=said).id("id"))

    def find_comment(self, receipt: Receipt, text: str) -> Receipt | None:
        fields = {"fields": "id,text", "limit": "50"}
        wanted = posts.comment(text)
        return self.listed(wanted, f"/{receipt.id}/comments", fields, posts.comment_seen(text))

    def _media(self, owner: str, request: PartRequest) -> dict[str, str]:
        images = [
            {"image_url": upload["url"], "alt_text": card.alt}
            for card, upload in zip(request.cards, request.uploads, strict=True)
        ]
        if not images:
            raise Rejected("Instagram takes no post without an image.", "Queue it with cards.")
        if len(images) == 1:
            return {**images[0], "caption": request.text}
        children = [
            self.container(owner, "media", {**image, "is_carousel_item": "true"})
            for image in images
        ]
        return {"media_type": "CAROUSEL", "children": ",".join(children), "caption": request.text}

    def delete(self, receipt: Receipt) -> None:
        """Delete a post: since 2025-12, with a Facebook login (instagram_manage_contents) only."""
        if "graph.instagram.com" in self.base:
            what = "Instagram lets programs delete posts only after a login through Facebook."
            raise Rejected(what, f"Delete it by hand: {receipt.url or 'in the app'}")
        super().delete(receipt)

    def metrics(self, receipt: Receipt) -> Metrics:
        wanted = {"metric": "reach,views,likes,comments,saved,shares,total_interactions"}
        told = insights(self.call("GET", f"/{receipt.id}/insights", params=wanted))
        return Metrics(
            views=told.get("views"),
            likes=told.get("likes"),
            reposts=told.get("shares"),
            replies=told.get("comments"),
            saves=told.get("saved"),
        )

    def find(self, request: PartRequest) -> Receipt | None:
        fields = {"fields": posts.FIELDS, "limit": "100"}
        path = f"/{self.setting('user_id', 'me')}/media"
        return self.settle(request, lambda: self.listed(request, path, fields, posts.seen))
