"""Tumblr blogs (API v2 with the Neue Post Format, tumblr/docs 2024-10-18)."""

from __future__ import annotations

import json
from typing import Any

from socialpipe.errors import PlatformError, Throttled
from socialpipe.model import Limits, Metrics, Receipt, Recovery, Unit
from socialpipe.platforms.answer import Answer, dig, word
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform, attachment
from socialpipe.platforms.lookback import by_number, look_back
from socialpipe.platforms.markup import slug
from socialpipe.platforms.oauth import facts
from socialpipe.platforms.readback import Seen, moment
from socialpipe.platforms.tumblr import blocks

DAY = 86_400.0
POSTS = ("response", "posts")


class Tumblr(Platform):
    name = "tumblr"
    title = "Tumblr"
    api_base = "https://api.tumblr.com"
    limits = Limits(
        text=4096,  # one text block; longer texts are several blocks
        unit=Unit.CODEPOINTS,
        source="tumblr/docs npf-spec.md, api.md",
        checked="2024-10-18",
        thread=False,
        hashtags=10,  # as tags
        images=10,  # 30 image blocks; ten in the older form
        image_bytes=10_000_000,
        image_formats=("image/jpeg", "image/png"),
        alt=4096,  # alt_text
        card=(1080, 1350),
    )
    recovery = Recovery(read_back=True)  # by slug
    fields = (
        Field("token", "OAuth 2 access token with the scope write", secret=True),
        Field("blog", "name of the blog, as in name.tumblr.com"),
    )
    oauth = facts.TUMBLR

    def judge(self, answer: Answer) -> PlatformError | None:
        if answer.status == 403 and answer.word("errors", 0, "code") in {"8004", "8022", "8023"}:
            return Throttled("Tumblr: the limit of the day is reached.", seconds=DAY, status=403)
        return None

    def check(self) -> Identity:
        blog = self.call("GET", self._path("info"))
        name = blog.id("response", "blog", "name")
        return Identity(name, name, blog.link("response", "blog", "url"))

    def publish(self, request: PartRequest) -> Receipt:
        post = {
            "content": [*blocks.images(request), *blocks.texts(request.text)],
            "tags": ",".join(tag.replace(",", " ") for tag in request.hashtags),
            "state": "published",
            "slug": slug(request),
        }
        body = json.dumps(post, ensure_ascii=False).encode()
        files = {"json": ("post.json", body, "application/json")} | {
            f"image{n}": attachment(card, f"card-{n}") for n, card in enumerate(request.cards)
        }
        path = self._path("posts")
        if request.cards:
            answer = self.call("POST", path, creates=True, files=files)
        else:
            answer = self.call("POST", path, creates=True, json=post)
        return self._receipt(answer.id("response", "id"))

    def find(self, request: PartRequest) -> Receipt | None:
        newest = {"limit": "20", "npf": "true"}
        return look_back(
            request,
            lambda more: self.call("GET", self._path("posts"), params=newest | more),
            lambda page: (self._seen(post, request) for post in page.items(*POSTS)),
            by_number("offset", *POSTS, size=20),
        )

    def _seen(self, post: Any, request: PartRequest) -> Seen:
        receipt = self._receipt(word(post, "id_string") or word(post, "id"))
        ours = slug(request) in {word(post, "slug"), _last(word(post, "post_url"))}
        return Seen(receipt, "", moment(dig(post, "timestamp")), ours=ours)

    def delete(self, receipt: Receipt) -> None:
        self.remove("POST", self._path("post/delete"), data={"id": receipt.id})

    def metrics(self, receipt: Receipt) -> Metrics:
        told = self.call(
            "GET", self._path("notes"), params={"id": receipt.id, "mode": "conversation"}
        )
        return Metrics(
            likes=told.number("response", "total_likes"),
            reposts=told.number("response", "total_reblogs"),
        )

    def _path(self, rest: str) -> str:
        return f"/v2/blog/{self.account.settings['blog']}/{rest}"

    def _receipt(self, number: str) -> Receipt:
        blog = self.account.settings["blog"].partition(".")[0]
        return Receipt(number, f"https://www.tumblr.com/{blog}/{number}")


def _last(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]
