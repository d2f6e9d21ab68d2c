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
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform, is_on
from socialpipe.platforms.lookback import by_token, look_back
from socialpipe.platforms.oauth import facts
from socialpipe.platforms.oauth.oauth1 import sign
from socialpipe.platforms.x import media, says, timeline
from socialpipe.text.count import measure

if TYPE_CHECKING:
    from socialpipe.platforms.http import Content

LONG = 25_000  # for Premium accounts since 2024-08; in 2026 self-serve apps were refused it


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
        number = made.id("data", "id")
        long = measure(request.text, self.limits) > self.limits.text
        shown = timeline.whole(self, number) if long else unescape(made.word("data", "text"))
        return timeline.receipt(number, self._url(), shown or None)

    def wire_text(self, request: PartRequest) -> str:
        return timeline.wire_text(request)

    def find(self, request: PartRequest) -> Receipt | None:
        path, newest = f"/2/users/{self.check().id}/tweets", timeline.newest(request)
        return look_back(
            request,
            lambda more: self.call("GET", path, params=newest | more),
            lambda page: timeline.posts(page, self._url()),
            by_token("pagination_token", "meta", "next_token"),
            sent=self.wire_text(request),
        )

    def delete(self, receipt: Receipt) -> None:
        self.remove("DELETE", f"/2/tweets/{receipt.id}")

    def metrics(self, receipt: Receipt) -> Metrics:
        return timeline.metrics(self, receipt.id)

    def _url(self) -> str:
        return self.setting("post_url", "https://x.com/i/web/status/{id}")
