"""Telegram Bot API 10 (Bot API specification and changelog, read 2026-08)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Account, Call, digest
from socialpipe.simulator.ledger import AcceptedPost, Draft, Ledger, Media, Shelf
from socialpipe.simulator.markup import Page, plain
from socialpipe.simulator.network import Network, Refusal, route
from socialpipe.simulator.wire import Answer, Request, reply

RICH = 32_768  # characters of a rich message
PHOTO_BYTES = 10_000_000  # largest uploaded photo


class Telegram(Network):
    """Answers /bot<token>/<method> for a bot that is an administrator everywhere."""

    name = "telegram"
    title = "Telegram"
    limits = Limits(
        4096, Unit.UTF16, "core.telegram.org/bots/api", "2026-11-23", caption=1024, images=10
    )

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base, ledger)
        self.last_message: Shelf[str, int] = Shelf()
        self.chats: Shelf[str, Json] = Shelf()

    def error(self, status: int, message: str, code: str = "") -> Answer:
        del code
        return reply({"ok": False, "error_code": status, "description": message}, status)

    def throttled(self, seconds: int, now: float) -> Answer:
        del now
        said = {"error_code": 429, "description": f"Too Many Requests: retry after {seconds}"}
        return reply({"ok": False, **said, "parameters": {"retry_after": seconds}}, 429)

    def credential(self, request: Request, params: Mapping[str, str]) -> str:
        del request
        return params.get("token", "")

    def account(self, token: str) -> Account:
        found = super().account(token)
        number = token.partition(":")[0]
        return Account(number, found.name) if number.isdecimal() else found

    @route("GET|POST /bot{token}/getMe")
    def me(self, call: Call) -> Answer:
        return _ok(self._bot(call))

    @route("GET|POST /bot{token}/getChat")
    def chat(self, call: Call) -> Answer:
        return _ok(self._chat(call.text("chat_id")))

    @route("GET|POST /bot{token}/getChatMember")
    def member(self, call: Call) -> Answer:
        self._chat(call.text("chat_id"))
        if call.text("user_id") != call.account.id:
            raise self._bad("user not found")
        rights = {"status": "administrator", "can_post_messages": True}
        return _ok({**rights, "user": self._bot(call)})

    @route("POST /bot{token}/sendMessage", creates=True)
    def message(self, call: Call) -> Answer:
        text = self._text(call.text("text"), call.text("parse_mode"))
        if not text:
            raise self._bad("message text is empty")
        if self.too_long(text):
            raise self._bad("message is too long")
        post = self._send(call, text, ())
        return _ok({**self._message(post), "text": post.text})

    @route("POST /bot{token}/sendRichMessage", creates=True)
    def rich(self, call: Call) -> Answer:
        """Publish a document; its images are files of the form."""
        document = call.object("rich_message")
        page = Page(str(document.get("html", "")))
        if not page.text and not page.images:
            raise self._bad("rich message is empty")
        if len(page.text) > RICH:
            raise self._bad("rich message is too long")
        sources = {item["id"]: item["media"]["media"] for item in document.get("media", [])}
        names = [address.rpartition("id=")[2] for address, _ in page.images]
        media = tuple(self._photo(call, sources.get(name, "")) for name in names)
        return _ok(self._message(self._send(call, page.text, media)))

    @route("POST /bot{token}/sendPhoto", creates=True)
    def photo(self, call: Call) -> Answer:
        caption = self._caption(call.fields)
        media = self._photo(call, call.fields.get("photo") or "attach://photo")
        post = self._send(call, caption, (media,))
        return _ok(self._photo_message(post, 0))

    @route("POST /bot{token}/sendMediaGroup", creates=True)
    def album(self, call: Call) -> Answer:
        """Publish 2 to 10 photos as one post; answers with one message each."""
        items = call.list("media")
        if not 2 <= len(items) <= 10:
            raise self._bad("there must be 2-10 media items in an album")
        captions = [self._caption(item) for item in items]
        media = tuple(self._photo(call, item.get("media", "")) for item in items)
        post = self._send(call, next(filter(None, captions), ""), media)
        self.last_message[post.place] += len(items) - 1
        shown = [self._photo_message(post, i) for i in range(len(items))]
        return _ok([{**message, "media_group_id": str(post.number)} for message in shown])

    @route("POST /bot{token}/deleteMessage")
    def delete(self, call: Call) -> Answer:
        chat = self._chat(call.text("chat_id"))
        post = self.find(call.text("message_id"), _place(chat))
        if post is None or post.account != call.account.name:
            raise self._bad("message to delete not found")
        self.ledger.delete(post)
        return _ok(data=True)

    def _bad(self, why: str) -> Refusal:
        return self.refuse(400, f"Bad Request: {why}")

    def _bot(self, call: Call) -> Json:
        who = call.account
        return {"id": int(who.id), "is_bot": True, "first_name": who.name, "username": who.name}

    def _chat(self, chat_id: str) -> Json:
        """Return the channel of an @name or of a number (that of an @name seen before)."""
        name = chat_id.removeprefix("@")
        if chat_id.startswith("@") and name.isidentifier() and name.isascii():
            number = -1_000_000_000_000 - int(digest(name.lower())[:9], 16) % 10_000_000_000
            chat = {"id": number, "type": "channel", "title": name, "username": name}
            self.chats[str(number)] = chat
        elif not chat_id.removeprefix("-").isdecimal():
            raise self._bad("chat not found")
        else:
            nameless = {"id": int(chat_id), "type": "channel", "title": chat_id}
            chat = self.chats.get(chat_id, nameless)
        return chat

    def _text(self, source: str, mode: str) -> str:
        """Return the text that readers see, by which Telegram counts."""
        if mode not in {"", "HTML"}:
            raise self._bad("unsupported parse_mode")
        try:
            return plain(source) if mode else source.strip()
        except ValueError as error:
            raise self._bad(f"can't parse entities: {error}") from None

    def _caption(self, fields: Mapping[str, Any]) -> str:
        caption = self._text(str(fields.get("caption", "")), str(fields.get("parse_mode", "")))
        if self.too_long(caption, with_image=True):
            raise self._bad("message caption is too long")
        return caption

    def _photo(self, call: Call, source: str) -> Media:
        """Return an uploaded file, or one sent before by its file_id."""
        file = call.request.files.get(source.removeprefix("attach://"))
        known = self.uploaded(call, source)
        if file is not None and len(file.data) <= PHOTO_BYTES:
            known = self.hold(call, file.data)
        if known is None:
            wrong = "wrong file identifier/HTTP URL specified"
            raise self._bad("IMAGE_PROCESS_FAILED" if file else wrong)
        return known

    def _send(self, call: Call, text: str, media: tuple[Media, ...]) -> AcceptedPost:
        place = _place(self._chat(call.text("chat_id")))
        answered = self._answered(call, place)
        number = self.last_message.get(place, 0) + 1
        self.last_message[place] = number
        return self.accept(call, Draft(text, str(number), media, answered, place=place))

    def _answered(self, call: Call, place: str) -> str | None:
        """Return the number of the message that this one replies to."""
        wanted = call.object("reply_parameters")
        number = str(wanted["message_id"]) if wanted else None
        if number is None or self.find(number, place) is not None:
            return number
        if not wanted.get("allow_sending_without_reply"):
            raise self._bad("message to be replied not found")
        return None

    def _message(self, post: AcceptedPost) -> Json:
        chat = self._chat(post.place)
        shown = {"message_id": int(post.id), "date": int(post.at.timestamp())}
        return {**shown, "chat": chat, "sender_chat": chat}

    def _photo_message(self, post: AcceptedPost, place: int) -> Json:
        media = post.media[place]
        message = self._message(replace(post, id=str(int(post.id) + place)))
        shown = {"photo": [{"file_id": media.id, "file_size": media.size}]}
        return {**message, **shown, **({"caption": post.text} if post.text and not place else {})}


def _ok(data: object) -> Answer:
    return reply({"ok": True, "result": data})


def _place(chat: Mapping[str, Any]) -> str:
    return f"@{chat['username']}" if "username" in chat else str(chat["id"])
