"""LINE official accounts: a broadcast to all friends (Messaging API, line-openapi 2026-07-01)."""

from __future__ import annotations

from datetime import timedelta

from socialpipe.errors import Duplicate, PlatformError, Rejected
from socialpipe.model import Card, Json, Limits, Metrics, Receipt, Recovery, Unit
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform


class Line(Platform):
    name = "line"
    title = "LINE"
    api_base = "https://api.line.me"
    limits = Limits(
        text=5000,
        unit=Unit.UTF16,  # developers.line.biz text-character-count
        source="line-openapi messaging-api.yml; developers.line.biz",
        checked="2026-07-01",
        thread=False,
        hashtags=0,  # plain text there
        images=4,  # a broadcast has at most five messages, and one is the text
        image_bytes=1_000_000,  # of the preview, for which the same file serves
        alt=None,  # an image message has no field for it
        card=(1080, 1350),
    )
    recovery = Recovery(key_lifetime=timedelta(hours=24))  # X-Line-Retry-Key
    fetches_images = True
    fields = (
        Field("token", "channel access token", secret=True),
        Field("silent", "yes: no notification on the phone (no)", required=False),
    )

    def judge(self, answer: Answer) -> PlatformError | None:
        accepted = answer.headers.get("X-Line-Accepted-Request-Id")
        if answer.status == 409 and accepted:
            what = "LINE has accepted this broadcast already."
            return Duplicate(what, receipt=Receipt(accepted), status=409)
        if answer.status == 429 and "monthly limit" in answer.word("message"):
            fix = "Raise the plan of the LINE account, or wait for the next month."
            return Rejected("LINE: the monthly limit of messages is reached.", fix, status=429)
        return None

    def check(self) -> Identity:
        bot = self.call("GET", "/v2/bot/info")
        return Identity(bot.id("userId"), bot.word("displayName"))

    def upload(self, card: Card) -> Json:
        return {"url": self.public_url(card)}

    def publish(self, request: PartRequest) -> Receipt:
        messages: list[Json] = [{"type": "text", "text": request.text}]
        for upload in request.uploads:
            url = upload["url"]
            image = {"type": "image", "originalContentUrl": url, "previewImageUrl": url}
            messages.append(image)
        answer = self.call(
            "POST",
            "/v2/bot/message/broadcast",
            creates=True,
            headers={"X-Line-Retry-Key": request.key},
            json={"messages": messages, "notificationDisabled": self.setting("silent") == "yes"},
        )
        if not isinstance(answer.json, dict):
            answer.unclear()
        return Receipt(answer.headers.get("X-Line-Request-Id") or answer.unclear())

    def metrics(self, receipt: Receipt) -> Metrics:
        """Read the counts of a broadcast; LINE tells them after a day, and not of a few friends."""
        wanted = {"requestId": receipt.id}
        told = self.call("GET", "/v2/bot/insight/message/event", params=wanted)
        return Metrics(
            views=told.number("overview", "uniqueImpression"),
            clicks=told.number("overview", "uniqueClick"),
        )
