"""X, API v2 (docs.x.com, 2026-08-22; OpenAPI 2.167)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Unpack

from socialpipe.errors import PlatformError
from socialpipe.model import Card, Json, Limits, Metrics, Rate, Receipt, Recovery, Scope, Unit
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.base import Field, Gone, Identity, PartRequest, Platform, is_on
from socialpipe.platforms.oauth import facts
from socialpipe.platforms.oauth.oauth1 import sign
from socialpipe.platforms.readback import SLACK, newest_match
from socialpipe.platforms.x import media, says, timeline

if TYPE_CHECKING:
    from socialpipe.platforms.http import Content

LONG = 25_000  # for Premium accounts since 2024-08; in 2026 self-serve apps were refused it
PRIVATE = ("public_metrics,non_public_metrics", "public_metrics")  # the former for 30 days only


class X(Platform):
    name = "x"
    title = "X"
    api_base = "https://api.x.com"
    limits = Limits(
        text=280,  # maxWeightedTweetLength
        unit=Unit.WEIGHTED,
        source="twitter-text configuration v3; docs.x.com media best practices",
        checked="2026-08-22",
        link=23,  # transformedURLLength
        hashtags=2,
        images=4,
        image_bytes=5_000_000,  # "image size <= 5 MB"
        image_formats=("image/jpeg", "image/png", "image/webp"),
        alt=1000,  # metadata.alt_text.text
        card=(1200, 675),
    )
    # POST /2/tweets: 100 in 15 min a user, 10,000 a day an app (docs.x.com rate limits, 2026-08-22)
    rates = (
        Rate(Scope.CHANNEL, 100, timedelta(minutes=15)),
        Rate(Scope.APP, 10_000, timedelta(days=1)),
    )
    recovery = Recovery(read_back=True)
    fields = (
        Field("token", "OAuth 2.0 user token: tweet.write media.write", secret=True),
        Field("long_posts", "yes: a Premium account, 25,000 characters (no)", required=False),
        Field("post_url", "address of a post (https://x.com/i/web/status/{id})", required=False),
    )
    oauth = facts.X
    oauth1 = facts.X1

    def call(
        self, method: str, path: str, *, creates: bool = False, **content: Unpack[Content]
    ) -> Answer:
        """Call as every platform does; with OAuth 1.0a keys each call is signed by itself."""
        if "token_secret" in self.account.secrets:
            where = self.base + path
            signature = sign(self.account.secrets, method, where, content.get("params"))
            content["headers"] = {**content.get("headers", {}), "Authorization": signature}
        return super().call(method, path, creates=creates, **content)

    def judge(self, answer: Answer) -> PlatformError | None:
        return says.meaning(answer)

    @classmethod
    def limits_with(cls, settings: Mapping[str, str]) -> Limits:
        return replace(cls.limits, text=LONG) if is_on(settings, "long_posts") else cls.limits

    def check(self) -> Identity:
        me = self.call("GET", "/2/users/me")
        name = me.word("data", "username")
        return Identity(me.id("data", "id"), name, f"https://x.com/{name}")

    def upload(self, card: Card) -> Json:
        return media.upload(self, card)

    def publish(self, request: PartRequest) -> Receipt:
        post: Json = {"text": self.wire_text(request)}
        if request.uploads:
            post["media"] = {"media_ids": [upload["id"] for upload in request.uploads]}
        if request.parent:
            post["reply"] = {"in_reply_to_tweet_id": request.parent.id}
        made = self.call("POST", "/2/tweets", creates=True, json=post)
        shown = unescape(made.word("data", "text"))
        return timeline.receipt(made.id("data", "id"), self._url(), shown or None)

    def wire_text(self, request: PartRequest) -> str:
        return timeline.wire_text(request)

    def find(self, request: PartRequest) -> Receipt | None:
        answer = self.call(
            "GET",
            f"/2/users/{self.check().id}/tweets",
            params={
                "max_results": "100",
                "exclude": "retweets",
                "start_time": (request.created_at - SLACK).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "tweet.fields": timeline.FIELDS,
            },
        )
        posts = answer.items("data") if answer.get("data") else []  # absent when there is none
        shown = (timeline.seen(post, self._url()) for post in posts)
        return newest_match(request, shown, sent=self.wire_text(request))

    def delete(self, receipt: Receipt) -> None:
        self.remove("DELETE", f"/2/tweets/{receipt.id}")

    def metrics(self, receipt: Receipt) -> Metrics:
        for wanted in PRIVATE:
            where = {"ids": receipt.id, "tweet.fields": wanted}
            answer = self.call("GET", "/2/tweets", params=where)
            if answer.get("data", 0, "public_metrics"):
                return timeline.metrics(answer)
        raise Gone("X does not show this post any more.")

    def _url(self) -> str:
        return self.setting("post_url", "https://x.com/i/web/status/{id}")
