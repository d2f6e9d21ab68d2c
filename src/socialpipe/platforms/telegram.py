"""Telegram channels through a bot (Bot API 10.1, 2026-06-11)."""

from __future__ import annotations

import json
from datetime import timedelta
from html import escape

from socialpipe.errors import PlatformError, Rejected, Unauthorized
from socialpipe.model import Json, Limits, Rate, Receipt, Recovery, Scope, Unit
from socialpipe.platforms.answer import RENEW, Answer
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform, attachment


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
    )

    def headers(self) -> dict[str, str]:
        return {}  # the token is in the path

    def judge(self, answer: Answer) -> PlatformError | None:
        said = answer.word("description")
        if answer.status == 404 and said in {"Not Found", "None"}:
            return Unauthorized("Telegram does not know this bot token.", RENEW, status=404)
        if answer.status == 403:
            fix = "Make the bot an administrator of the channel that may post, then retry."
            return Rejected(f"Telegram does not let the bot post: {said}.", fix, status=403)
        moved = answer.get("parameters", "migrate_to_chat_id")
        if answer.status == 400 and moved is not None:
            fix = f"Set chat_id={moved} on this channel, then retry."
            return Rejected("The chat has become a supergroup with a new id.", fix, status=400)
        return None

    def check(self) -> Identity:
        self._method("getMe")
        chat = self._method("getChat", {"chat_id": self.account.settings["chat_id"]})
        username = chat.get("result", "username")
        name = str(username or chat.get("result", "title") or "")
        return Identity(chat.id("result", "id"), name, username and f"https://t.me/{username}")

    def publish(self, request: PartRequest) -> Receipt:
        message: Json = {"chat_id": self.account.settings["chat_id"]}
        if request.parent:
            message["reply_parameters"] = {
                "message_id": int(request.parent.id),
                "allow_sending_without_reply": True,
            }
        if request.cards:
            return self._publish_photos(request, message)
        message |= {"text": escape(request.text, quote=False), "parse_mode": "HTML"}
        if request.link and request.link in request.text:
            message["link_preview_options"] = {"url": request.link, "prefer_large_media": True}
        return _receipt(self._method("sendMessage", message, creates=True), "result")

    def _publish_photos(self, request: PartRequest, message: Json) -> Receipt:
        caption = {"caption": escape(request.text, quote=False), "parse_mode": "HTML"}
        files = {f"photo{n}": attachment(card, f"card-{n}") for n, card in enumerate(request.cards)}
        album = [{"type": "photo", "media": f"attach://{name}"} for name in files]
        if len(album) == 1:
            single = message | caption | {"photo": album[0]["media"]}
            answer = self._method("sendPhoto", single, creates=True, files=files)
            return _receipt(answer, "result")
        album[0] |= caption  # the first caption is that of the album
        answer = self._method(
            "sendMediaGroup", message | {"media": album}, creates=True, files=files
        )
        return _receipt(answer, "result", 0)

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
        form = {
            name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in (arguments or {}).items()
        }
        return self.call("POST", path, creates=creates, data=form, files=files)


def _receipt(answer: Answer, *path: str | int) -> Receipt:
    """`message_id` 0 means: accepted, its number is not known yet."""
    number = answer.id(*path, "message_id")
    username = answer.get(*path, "chat", "username")
    known = username and number != "0"
    return Receipt(number, f"https://t.me/{username}/{number}" if known else None)
