"""Telegram channels through a bot (Bot API 10.1, 2026-06-11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from html import escape

from socialpipe.errors import PlatformError, Rejected, Unauthorized
from socialpipe.model import Json, Limits, Rate, Receipt, Recovery, Scope, Unit
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.base import Field, Gone, Identity, PartRequest, Platform, is_on
from socialpipe.platforms.telegram import messages, rights
from socialpipe.platforms.telegram.says import meaning
from socialpipe.text.count import problems


class Telegram(Platform):
    name = "telegram"
    title = "Telegram"
    api_base = "https://api.telegram.org"
    limits = Limits(
        text=4096,  # sendMessage text, after parsing
        unit=Unit.UTF16,  # "length in UTF-16 code units" of entities
        source="Bot API 10.1: sendMessage, sendPhoto, sendMediaGroup",
        checked="2026-06-11",
        caption=1024,  # sendPhoto caption, after parsing
        hashtags=3,
        images=10,  # sendMediaGroup: 2 to 10 items
        image_bytes=10_000_000,  # "The photo must be at most 10 MB in size"
        alt=None,  # no method has a field for it
        card=(1200, 675),
    )
    # 20 a minute a channel, about 30 a second a bot (Telegram bot FAQ; grammY, 2026-11)
    rates = (
        Rate(Scope.CHANNEL, 20, timedelta(minutes=1)),
        Rate(Scope.APP, 30, timedelta(seconds=1)),
    )
    recovery = Recovery()  # a bot can neither name a key nor read its channel
    fields = (
        Field("chat_id", "@channelname, or the number that begins with -100"),
        Field("token", "bot token from @BotFather", secret=True),
        Field("rich", "yes: send articles as rich messages, Bot API 10.2 (no)", required=False),
    )

    @classmethod
    def limits_with(cls, settings: Mapping[str, str]) -> Limits:
        if is_on(settings, "rich"):  # sendRichMessage
            return replace(cls.limits, text=32_768, caption=None)
        return cls.limits

    def headers(self) -> dict[str, str]:
        return {}  # the token is in the path

    def judge(self, answer: Answer) -> PlatformError | None:
        return meaning(answer)

    def check(self) -> Identity:
        self._method("getMe")
        chat = self._method("getChat", {"chat_id": self.account.settings["chat_id"]})
        username = chat.get("result", "username")
        name = str(username or chat.get("result", "title") or "")
        return Identity(chat.id("result", "id"), name, username and f"https://t.me/{username}")

    def lacks(self) -> dict[str, str]:
        return rights.lacks(self._method, self.account.settings["chat_id"])

    def publish(self, request: PartRequest) -> Receipt:
        if is_on(self.account.settings, "rich"):
            try:
                return self._publish_rich(request)
            except (Rejected, Unauthorized):  # nothing was created; older servers know no such call
                if problems(request.text, self.limits, with_image=bool(request.cards)):
                    raise
        if request.cards:
            return self._publish_photos(request)
        message = messages.begin(self.account.settings, request)
        message |= {"text": escape(request.text, quote=False), "parse_mode": "HTML"}
        if request.link and request.link in request.text:
            message["link_preview_options"] = {"url": request.link, "prefer_large_media": True}
        return messages.receipt(self._method("sendMessage", message, creates=True), "result")

    def _publish_rich(self, request: PartRequest) -> Receipt:
        form, files = messages.rich(request)
        message = messages.begin(self.account.settings, request) | {"rich_message": form}
        answer = self._method("sendRichMessage", message, creates=True, files=files or None)
        return messages.receipt(answer, "result")

    def _publish_photos(self, request: PartRequest) -> Receipt:
        method, arguments, files = messages.with_photos(request)
        message = messages.begin(self.account.settings, request) | arguments
        answer = self._method(method, message, creates=True, files=files)
        return messages.receipt(answer, "result", *([0] if "media" in arguments else []))

    def delete(self, receipt: Receipt) -> None:
        """Delete a message, and all others of its album."""
        for number in receipt.extra.get("album", receipt.id).split():
            chat = {"chat_id": self.account.settings["chat_id"], "message_id": int(number)}
            try:
                self._method("deleteMessage", chat)
            except Gone:
                continue

    def _method(
        self,
        method: str,
        arguments: Json | None = None,
        *,
        creates: bool = False,
        files: dict[str, tuple[str, bytes, str]] | None = None,
    ) -> Answer:
        path = f"/bot{self.account.secrets['token']}/{method}"
        if files is None:
            return self.call("POST", path, creates=creates, json=arguments or {})
        form = messages.form(arguments or {})
        return self.call("POST", path, creates=creates, data=form, files=files)
