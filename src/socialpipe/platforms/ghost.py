"""Ghost sites (Admin API v5, 2026-08-22)."""

from __future__ import annotations

import time

from socialpipe.errors import PlatformError
from socialpipe.model import Card, Json, Limits, Receipt, Recovery, Unit
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.base import Field, Gone, Identity, PartRequest, Platform, attachment
from socialpipe.platforms.jwt import jwt
from socialpipe.platforms.markup import article_html, slug, title

API = "/ghost/api/admin"


class Ghost(Platform):
    name = "ghost"
    title = "Ghost"
    api_base = ""  # the address of the admin interface
    limits = Limits(
        text=100_000,  # no limit of its own
        unit=Unit.CODEPOINTS,
        source="TryGhost/Docs: Admin API",
        checked="2026-08-22",
        thread=False,
        link_field=True,
        hashtags=8,  # as tags
        images=4,
        image_bytes=5_000_000,
        alt=191,  # feature_image_alt
        card=(1200, 675),
    )
    recovery = Recovery(read_back=True)  # by slug; a repeat would become slug-2
    fields = (
        Field("admin_key", "Admin API key id:secret (Integrations, Custom)", secret=True),
        Field("canonical", "yes: name the article as the original (no)", required=False),
    )

    def headers(self) -> dict[str, str]:
        token = jwt(self.account.secrets["admin_key"], int(time.time()))
        return {"Authorization": f"Ghost {token}", "Accept-Version": "v5.0"}

    def judge(self, answer: Answer) -> PlatformError | None:
        kind = answer.get("errors", 0, "type") or answer.get("errors", 0, "errorType")
        if answer.status == 404 and kind == "NotFoundError":
            return Gone("Ghost has no such post.", status=404)
        return None

    def check(self) -> Identity:
        site = self.call("GET", f"{API}/site/")
        posts = self.call("GET", f"{API}/posts/", params={"limit": "1", "fields": "id"})
        posts.items("posts")  # the site answers anybody; the posts prove the key
        url = site.id("site", "url")
        return Identity(url, site.word("site", "title"), url)

    def upload(self, card: Card) -> Json:
        purpose = {"purpose": "image"}
        file = {"file": attachment(card)}
        answer = self.call("POST", f"{API}/images/upload/", data=purpose, files=file)
        return {"url": answer.id("images", 0, "url")}

    def publish(self, request: PartRequest) -> Receipt:
        images = [
            (upload["url"], card.alt)
            for card, upload in zip(request.cards, request.uploads, strict=True)
        ]
        post: Json = {
            "title": title(request, 255),
            "html": article_html(request, images[1:]),
            "status": "published",
            "slug": slug(request),
            "tags": list(request.hashtags),
        }
        if images:
            post["feature_image"], post["feature_image_alt"] = images[0]
        if request.link and self.setting("canonical") == "yes":
            post["canonical_url"] = request.link
        path = f"{API}/posts/?source=html"
        return _receipt(self.call("POST", path, creates=True, json={"posts": [post]}))

    def find(self, request: PartRequest) -> Receipt | None:
        try:
            return _receipt(self.call("GET", f"{API}/posts/slug/{slug(request)}/"))
        except Gone:
            return None

    def delete(self, receipt: Receipt) -> None:
        self.remove("DELETE", f"{API}/posts/{receipt.id}/")


def _receipt(answer: Answer) -> Receipt:
    return Receipt(answer.id("posts", 0, "id"), answer.link("posts", 0, "url"))
