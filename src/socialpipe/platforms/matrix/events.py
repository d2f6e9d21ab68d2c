"""Events of a Matrix room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from socialpipe.model import Card, Json, Receipt
from socialpipe.platforms.answer import dig, word
from socialpipe.platforms.base import PartRequest, attachment
from socialpipe.platforms.readback import Seen, moment, named, newest_match


def seen(event: Any, receipt: Callable[[str], Receipt]) -> Seen:
    """Read one event of a room; `receipt` makes that of its id."""
    sent_at = dig(event, "origin_server_ts")  # ms
    at = moment(sent_at / 1000) if isinstance(sent_at, (int, float)) else None
    return Seen(receipt(word(event, "event_id")), word(event, "content", "body"), at)


def find(
    request: PartRequest, events: Sequence[Any], me: str, receipt: Callable[[str], Receipt]
) -> Receipt | None:
    """Look for a part among events: by its transaction id, then by its text among ours."""
    for event in events:
        if dig(event, "unsigned", "transaction_id") == request.key:
            return named(receipt(word(event, "event_id")))
    ours = [seen(event, receipt) for event in events if word(event, "sender") == me]
    return newest_match(request, ours)


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
