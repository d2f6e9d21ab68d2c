"""dev.to and other Forem sites (API v1, 2026-08-31)."""

from __future__ import annotations

import re

from socialpipe.errors import Duplicate, PlatformError
from socialpipe.model import Card, Json, Limits, Metrics, Receipt, Recovery, Unit
from socialpipe.platforms.answer import Answer, number, word
from socialpipe.platforms.base import Field, Gone, Identity, PartRequest, Platform
from socialpipe.platforms.forem import articles
from socialpipe.platforms.lookback import by_number, look_back
from socialpipe.platforms.markup import article_markdown

TAKEN = re.compile("has already been (taken|used)")


class Forem(Platform):
    name = "forem"
    title = "Forem"
    api_base = "https://dev.to"
    limits = Limits(
        text=100_000,  # the server takes more; readers do not
        unit=Unit.CODEPOINTS,
        source="forem swagger/v1/api_v1.json; forem issues 9674, 19587 (title, tags)",
        checked="2026-08-31",
        thread=False,
        link_field=True,
        hashtags=4,  # as tags
        images=1,  # main_image
        alt=None,  # main_image has no field for it
        card=(1000, 420),
    )
    recovery = Recovery(read_back=True)
    fetches_images = True
    fields = (
        Field("api_key", "key from Settings, Extensions", secret=True),
        Field("canonical", "yes: name the article as the original (no)", required=False),
    )

    def headers(self) -> dict[str, str]:
        accept = "application/vnd.forem.api-v1+json"
        return {"api-key": self.account.secrets["api_key"], "Accept": accept}

    def judge(self, answer: Answer) -> PlatformError | None:
        if answer.status == 422 and TAKEN.search(answer.word("error")):
            return Duplicate("The site has an article like this already.", status=422)
        return None

    def check(self) -> Identity:
        me = self.call("GET", "/api/users/me")
        name = me.word("username")
        return Identity(me.id("id"), name, f"{self.base}/{name}")

    def upload(self, card: Card) -> Json:
        return {"url": self.public_url(card)}

    def publish(self, request: PartRequest) -> Receipt:
        article: Json = {
            "title": articles.title(request),
            "body_markdown": self.wire_text(request),
            "published": True,
            "tags": [tag for name in request.hashtags if (tag := articles.tag(name))][:4],
        }
        if request.uploads:
            article["main_image"] = request.uploads[0]["url"]
        if request.link and self.setting("canonical") == "yes":
            article["canonical_url"] = request.link
        answer = self.call("POST", "/api/articles", creates=True, json={"article": article})
        shown = answer.word("body_markdown") or None
        return Receipt(answer.id("id"), answer.link("url"), text=shown)

    def wire_text(self, request: PartRequest) -> str:
        return articles.liquid(article_markdown(request))

    def delete(self, receipt: Receipt) -> None:
        """Unpublish it: authors cannot delete."""
        hidden = {"article": {"published": False}}
        self.remove("PUT", f"/api/articles/{receipt.id}", json=hidden)

    def metrics(self, receipt: Receipt) -> Metrics:
        newest = self.call("GET", "/api/articles/me/all", params={"per_page": "1000"})
        for article in newest.items():
            if word(article, "id") == receipt.id:
                return Metrics(
                    views=number(article, "page_views_count"),
                    likes=number(article, "public_reactions_count"),
                    replies=number(article, "comments_count"),
                )
        raise Gone("The site does not list this article (any more).")

    def find(self, request: PartRequest) -> Receipt | None:
        # The title is unique among the newest ones: the site refuses a second one.
        return look_back(
            request,
            lambda more: self.call(
                "GET", "/api/articles/me/all", params={"per_page": "100", **more}
            ),
            lambda page: map(articles.seen, page.items()),
            by_number("page", first=1),
            sent=articles.title(request),
        )
