"""Blogger (v3, discovery revision 20260707)."""

from __future__ import annotations

from typing import Any

from socialpipe.errors import PlatformError, Throttled
from socialpipe.model import Card, Json, Limits, Receipt, Recovery, Unit
from socialpipe.platforms.answer import Answer, dig, link, wait, word
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform
from socialpipe.platforms.lookback import by_token, look_back
from socialpipe.platforms.markup import article_html, title
from socialpipe.platforms.oauth import facts
from socialpipe.platforms.readback import Seen, moment, plain

BUSY = {"rateLimitExceeded", "quotaExceeded", "userRateLimitExceeded"}
LABELS = 200  # characters, all labels together; not documented


class Blogger(Platform):
    name = "blogger"
    title = "Blogger"
    api_base = "https://blogger.googleapis.com"
    limits = Limits(
        text=100_000,  # no limit of its own
        unit=Unit.CODEPOINTS,
        source="Google discovery document blogger.v3, revision 20260707",
        checked="2026-07-07",
        thread=False,
        link_field=True,
        hashtags=8,  # as labels
        images=4,
        alt=1000,
        card=(1200, 675),
    )
    recovery = Recovery(read_back=True)
    fetches_images = True
    fields = (
        Field("token", "OAuth token with the scope auth/blogger", secret=True),
        Field("blog_id", "number of the blog"),
        Field("labels_length", f"characters of all labels together ({LABELS})", required=False),
    )
    oauth = facts.BLOGGER

    def judge(self, answer: Answer) -> PlatformError | None:
        if answer.status == 403 and answer.word("error", "errors", 0, "reason") in BUSY:
            return Throttled("Blogger's quota is used up.", seconds=wait(answer), status=403)
        return None

    def check(self) -> Identity:
        blog = self.call("GET", self._path())
        return Identity(blog.id("id"), blog.word("name"), blog.link("url"))

    def upload(self, card: Card) -> Json:
        return {"url": self.public_url(card)}

    def publish(self, request: PartRequest) -> Receipt:
        cards = zip(request.cards, request.uploads, strict=True)
        post = {
            "title": title(request, 200),
            "content": article_html(request, [(upload["url"], card.alt) for card, upload in cards]),
            "labels": _labels(request.hashtags, self.amount("labels_length", LABELS)),
        }
        answer = self.call("POST", self._path("/posts?isDraft=false"), creates=True, json=post)
        shown = plain(answer.word("content")) or None
        return Receipt(answer.id("id"), answer.link("url"), text=shown)

    def find(self, request: PartRequest) -> Receipt | None:
        newest = {"fetchBodies": "false", "maxResults": "100"}
        return look_back(
            request,
            lambda more: self.call("GET", self._path("/posts"), params=newest | more),
            lambda page: map(_seen, page.items("items") if page.get("items") else []),
            by_token("pageToken", "nextPageToken"),
            sent=title(request, 200),
        )

    def wire_text(self, request: PartRequest) -> str:
        return plain(article_html(request))

    def delete(self, receipt: Receipt) -> None:
        self.remove("DELETE", self._path(f"/posts/{receipt.id}"))

    def _path(self, rest: str = "") -> str:
        return f"/v3/blogs/{self.account.settings['blog_id']}{rest}"


def _labels(names: tuple[str, ...], most: int) -> list[str]:
    kept: list[str] = []
    for name in names:
        if len(",".join([*kept, name])) <= most:
            kept.append(name)
    return kept


def _seen(post: Any) -> Seen:
    """Tell by title and time: the list has no bodies."""
    receipt = Receipt(word(post, "id"), link(post, "url"))
    return Seen(receipt, word(post, "title"), moment(dig(post, "published")))
