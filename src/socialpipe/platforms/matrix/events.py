"""Events of a Matrix room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from socialpipe.model import Card, Json, Receipt
from socialpipe.platforms.answer import Answer, dig, word
from socialpipe.platforms.base import PartRequest, attachment
from socialpipe.platforms.readback import Seen, moment


def listed(page: Answer, key: str, me: str, receipt: Callable[[str], Receipt]) -> list[Seen]:
    """Read a page of a room; `receipt` makes that of an event's id.

    A transaction id tells that an event is ours; without one, the text tells among those of `me`.
    """
    return [_seen(event, key, me, receipt) for event in page.items("chunk")]


def _seen(event: Any, key: str, me: str, receipt: Callable[[str], Receipt]) -> Seen:
    sent_at = dig(event, "origin_server_ts")  # ms
    at = moment(sent_at / 1000) if isinstance(sent_at, (int, float)) else None
    marked = dig(event, "unsigned", "transaction_id") == key
    ours = True if marked else None if word(event, "sender") == me else False
    name = word(event, "event_id")
    found = receipt(name) if name else Receipt("")
    return Seen(found, word(event, "content", "body"), at, ours=ours)


def text(request: PartRequest) -> Json:
    """Write the words of a part."""
    return {"msgtype": "m.text", "body": request.text, "m.mentions": {}}


def images(request: PartRequest) -> list[Json]:
    """Write an event for each image."""
    cards = zip(request.cards, request.uploads, strict=True)
    return [_image(card, upload["uri"]) for card, upload in cards]


def _image(card: Card, uri: str) -> Json:
    """Write an image event; `body` is its caption, the only place for an alt text."""
    size = {"mimetype": card.mime, "size": len(card.data), "w": card.width, "h": card.height}
    name = attachment(card)[0]
    body = card.alt or name
    return {"msgtype": "m.image", "url": uri, "body": body, "filename": name, "info": size}
