"""Discord: an incoming webhook, or a bot in a channel (API v10 documentation, 2026-08-06)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from socialpipe import __version__
from socialpipe.errors import PlatformError, Rejected
from socialpipe.model import Json, Limits, Metrics, Receipt, Recovery, Unit
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.base import Account, Field, Identity, PartRequest, Platform
from socialpipe.platforms.discord import messages
from socialpipe.platforms.discord.says import meaning
from socialpipe.platforms.lookback import by_last, look_back


class Discord(Platform):
    name = "discord"
    title = "Discord"
    api_base = "https://discord.com"
    limits = Limits(
        text=2000,  # content
        unit=Unit.UTF16,  # not stated; the unit of its clients
        source="discord-api-docs: message, reference; openapi.json 2026-07-18",
        checked="2026-08-06",
        hashtags=0,  # plain text there
        images=10,  # attachments
        image_bytes=10_485_760,  # default of a server without boosts
        image_formats=("image/jpeg", "image/png", "image/webp"),
        alt=1024,  # attachment description
        card=(1200, 675),
    )
    recovery = Recovery()  # a webhook can list nothing; a bot can do more
    fields = (
        Field("webhook_url", "webhook of the channel (its settings, Integrations)", True, False),
        Field("token", "bot token, instead of a webhook", secret=True, required=False),
        Field("channel_id", "where the bot posts", required=False),
        Field("username", "name that the webhook posts under", required=False),
    )

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.bot = "token" in account.secrets
        if self.bot:  # a nonce is honoured for "the past few minutes"
            self.recovery = Recovery(key_lifetime=timedelta(minutes=2), read_back=True)

    def headers(self) -> dict[str, str]:
        agent = {"User-Agent": f"DiscordBot (socialpipe, {__version__})"}  # others get error 40333
        if not self.bot:
            return agent
        return agent | {"Authorization": f"Bot {self.account.secrets['token']}"}

    def judge(self, answer: Answer) -> PlatformError | None:
        return meaning(answer)

    def check(self) -> Identity:
        place = self.call("GET", self._path())
        return Identity(place.id("id"), place.word("name"))

    def publish(self, request: PartRequest) -> Receipt:
        message: Json = {"content": request.text, "allowed_mentions": {"parse": []}}
        if self.bot:
            message |= {"nonce": messages.nonce(request), "enforce_nonce": True}
        elif name := self.setting("username"):
            message["username"] = name
        path = self._path("/messages") if self.bot else self._path("?wait=true")
        if not request.cards:
            return self._receipt(self.call("POST", path, creates=True, json=message))
        form, files = messages.with_images(message, request.cards)
        return self._receipt(self.call("POST", path, creates=True, data=form, files=files))

    def find(self, request: PartRequest) -> Receipt | None:
        if not self.bot:
            raise Rejected("A webhook cannot read its channel.", "Look at the channel yourself.")
        found = look_back(
            request,
            lambda more: self.call("GET", self._path("/messages"), params={"limit": "100", **more}),
            lambda page: (messages.seen(message, request) for message in page.items()),
            by_last("before"),
        )
        return found and self._named(found.id, found.extra["channel"])

    def _path(self, rest: str = "") -> str:
        if self.bot:
            return f"/api/v10/channels/{self.setting('channel_id')}{rest}"
        path = urlsplit(self.account.secrets.get("webhook_url", "")).path
        if "/webhooks/" not in path:
            what = "The channel has neither a webhook nor a bot."
            raise Rejected(what, "Give it webhook_url or token.")
        return path + rest

    def _receipt(self, answer: Answer) -> Receipt:
        named = self._named(answer.id("id"), answer.word("channel_id"))
        return replace(named, text=answer.word("content") or None)

    def _named(self, number: str, channel: str) -> Receipt:
        return Receipt(number, f"https://discord.com/channels/{self._guild()}/{channel}/{number}")

    def delete(self, receipt: Receipt) -> None:
        self.remove("DELETE", self._path(f"/messages/{receipt.id}"))

    def metrics(self, receipt: Receipt) -> Metrics:
        return messages.metrics(self.call("GET", self._path(f"/messages/{receipt.id}")))

    def _guild(self) -> str:
        """Look up the server that the channel belongs to, once; it is part of every link."""
        known = self.account.session.load()
        if not known:
            try:
                known = {"guild": self.call("GET", self._path()).id("guild_id")}
            except PlatformError:  # the post is out: no reason to doubt it
                return "@me"
            self.account.session.save(known)
        return str(known.get("guild"))
