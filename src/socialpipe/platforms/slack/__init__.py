"""Slack: a bot in a channel, or an incoming webhook (docs.slack.dev, 2026-11)."""

from __future__ import annotations

from dataclasses import replace
from html import escape, unescape

from socialpipe.errors import PlatformError, Rejected
from socialpipe.model import Card, Json, Limits, Metrics, Receipt, Recovery, Unit
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.base import Account, Field, Identity, PartRequest, Platform
from socialpipe.platforms.lookback import by_token, look_back
from socialpipe.platforms.poll import when_ready
from socialpipe.platforms.slack import files, messages, rights, webhook
from socialpipe.platforms.slack.says import Unready, meaning


class Slack(Platform):
    name = "slack"
    title = "Slack"
    api_base = "https://slack.com"
    limits = Limits(
        text=3000,  # text of a section block
        unit=Unit.ENTITIES,  # of what is sent; code units: not stated, the unit of its clients
        source="docs.slack.dev: chat.postMessage, files.getUploadURLExternal; @slack/types 3.2.0",
        checked="2026-11-23",
        hashtags=0,  # plain text there
        images=10,  # 50 blocks a message; more than ten nobody reads
        image_bytes=20_000_000,  # the plan's quota is the true limit
        image_formats=("image/jpeg", "image/png"),
        alt=1000,  # alt_txt
        card=(1200, 675),
    )
    recovery = Recovery(read_back=True)
    fields = (
        Field("token", "bot token xoxb-…: chat:write files:write channels:history", True, False),
        Field("channel", "id of the channel, C…", required=False),
        Field("webhook_url", "incoming webhook, instead of a bot", secret=True, required=False),
    )

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.webhook = account.secrets.get("webhook_url")
        if self.webhook:
            self.recovery = Recovery()
            self.fetches_images = True

    def judge(self, answer: Answer) -> PlatformError | None:
        return meaning(answer)

    def check(self) -> Identity:
        if self.webhook:  # there is no way to ask without posting
            return Identity("webhook", "incoming webhook")
        me = self.call("POST", "/api/auth.test")
        return Identity(me.id("user_id"), me.word("user"), me.link("url"))

    def lacks(self) -> dict[str, str]:
        if self.webhook:
            return {}
        return rights.lacks(self.call("POST", "/api/auth.test"))

    def upload(self, card: Card) -> Json:
        if self.webhook:
            return {"url": self.public_url(card)}
        return files.upload(self, card)

    def publish(self, request: PartRequest) -> Receipt:
        text = escape(request.text, quote=False)
        message: Json = {"text": text, "unfurl_links": True}
        if request.uploads:
            message["blocks"] = messages.blocks(text, request)
        if self.webhook:
            return webhook.post(self, self.webhook, message, request.key)
        message |= {
            "channel": self.setting("channel"),
            "metadata": messages.mark(request.key),
        }
        if request.root:
            message["thread_ts"] = request.root.id
        # A file that Slack still processes makes a block invalid: nothing is created.
        answer = when_ready(lambda: self._post(message), Unready if request.uploads else ())
        shown = unescape(answer.word("message", "text")) or None
        return replace(self._receipt(answer.id("ts")), text=shown)

    def _post(self, message: Json) -> Answer:
        return self.call("POST", "/api/chat.postMessage", creates=True, json=message)

    def find(self, request: PartRequest) -> Receipt | None:
        if self.webhook:
            raise Rejected("A webhook cannot read its channel.", "Look at the channel yourself.")
        method, where = messages.newest(self.setting("channel"), request)
        found = look_back(
            request,
            lambda more: self.call("GET", f"/api/{method}", params=where | more),
            lambda page: (messages.seen(one, request.key) for one in page.items("messages")),
            by_token("cursor", "response_metadata", "next_cursor"),
        )
        return found and self._receipt(found.id)

    def _receipt(self, ts: str) -> Receipt:
        where = {"channel": self.setting("channel"), "message_ts": ts}
        try:
            url = self.call("GET", "/api/chat.getPermalink", params=where).link("permalink")
        except PlatformError:  # the message is out: no reason to doubt it
            url = None
        return Receipt(ts, url)

    def delete(self, receipt: Receipt) -> None:
        if self.webhook:
            super().delete(receipt)
        where = {"channel": self.setting("channel"), "ts": receipt.id}
        self.remove("POST", "/api/chat.delete", json=where)

    def metrics(self, receipt: Receipt) -> Metrics:
        if self.webhook:
            return Metrics()
        where = {"channel": self.setting("channel"), "timestamp": receipt.id, "full": "true"}
        return messages.metrics(self.call("GET", "/api/reactions.get", params=where))
