"""Messages as Telegram takes and shows them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape

from socialpipe.model import Json, Receipt
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.base import PartRequest, attachment
from socialpipe.platforms.markup import html_body

Files = dict[str, tuple[str, bytes, str]]


def form(arguments: Json) -> dict[str, str]:
    """Write arguments as fields beside files: what is no text is JSON."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in arguments.items()
    }


def begin(settings: Mapping[str, str], request: PartRequest) -> Json:
    """Begin a message: where it goes, and what it replies to."""
    message: Json = {"chat_id": settings["chat_id"]}
    if request.parent:
        parent = {"message_id": int(request.parent.id), "allow_sending_without_reply": True}
        message["reply_parameters"] = parent
    return message


def photos(request: PartRequest) -> Files:
    """Name the images as the form carries them."""
    return {f"photo{n}": attachment(card, f"card-{n}") for n, card in enumerate(request.cards)}


def with_photos(request: PartRequest) -> tuple[str, Json, Files]:
    """Choose the method for one photo or an album; its first caption is that of the album."""
    caption: Json = {"caption": escape(request.text, quote=False), "parse_mode": "HTML"}
    files = photos(request)
    album: list[Json] = [{"type": "photo", "media": f"attach://{name}"} for name in files]
    if len(album) == 1:
        return "sendPhoto", caption | {"photo": album[0]["media"]}, files
    album[0] |= caption
    return "sendMediaGroup", {"media": album}, files


def rich(request: PartRequest) -> tuple[Json, Files]:
    """Write a document: a heading, the images, then paragraphs and lists (Bot API 10.2)."""
    files = photos(request)
    heading = [f"<h3>{escape(request.title)}</h3>"] if request.title else []
    images = [f'<img src="tg://photo?id={name}">' for name in files]
    document: Json = {"html": "\n".join([*heading, *images, html_body(request)])}
    if files:
        photo = [{"id": n, "media": {"type": "photo", "media": f"attach://{n}"}} for n in files]
        document["media"] = photo
    return document, files


def receipt(answer: Answer, *path: str | int) -> Receipt:
    """`message_id` 0 means: accepted, its number is not known yet."""
    number = answer.id(*path, "message_id")
    username = answer.get(*path, "chat", "username")
    known = username and number != "0"
    shown = answer.word(*path, "text") or answer.word(*path, "caption") or None
    url = f"https://t.me/{username}/{number}" if known else None
    return Receipt(number, url, _album(answer), shown)


def _album(answer: Answer) -> dict[str, str]:
    """Keep the numbers of all messages of an album: each is deleted by itself."""
    sent = answer.get("result")
    if not isinstance(sent, list) or len(sent) < 2:
        return {}
    numbers = (answer.word("result", n, "message_id") for n in range(len(sent)))
    return {"album": " ".join(number for number in numbers if number.isdecimal())}
