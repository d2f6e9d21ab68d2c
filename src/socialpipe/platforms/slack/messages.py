"""Messages as Slack takes and shows them."""

from __future__ import annotations

from typing import Any

from socialpipe.model import Json, Metrics, Receipt
from socialpipe.platforms.answer import Answer, dig, number, word
from socialpipe.platforms.base import PartRequest
from socialpipe.platforms.readback import SLACK, Seen

EVENT = "socialpipe_post"


def blocks(text: str, request: PartRequest) -> list[Json]:
    """Show the text in front of the images; with blocks, `text` is only for notifications."""
    section: Json = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    images: list[Json] = []
    for card, upload in zip(request.cards, request.uploads, strict=True):
        source = {"image_url": upload["url"]} if "url" in upload else upload
        images.append({"type": "image", "alt_text": card.alt or request.title or "", **source})
    return [section, *images]


def mark(key: str) -> Json:
    """Mark a message as that of a part: channels show it to bots that ask."""
    return {"event_type": EVENT, "event_payload": {"key": key}}


def newest(channel: str, request: PartRequest) -> tuple[str, dict[str, str]]:
    """Name the method, and its arguments, that lists messages back to when a part was made."""
    where = {"channel": channel, "limit": "100", "include_all_metadata": "true"}
    where["oldest"] = str((request.created_at - SLACK).timestamp())
    if request.root is None:
        return "conversations.history", where
    return "conversations.replies", where | {"ts": request.root.id}


def seen(message: Any, key: str) -> Seen:
    """Read one message. How old it is tells nothing: replies are listed oldest first."""
    ours = dig(message, "metadata", "event_payload", "key") == key
    return Seen(Receipt(word(message, "ts")), "", None, ours=ours)


def metrics(answer: Answer) -> Metrics:
    """Count the reactions and replies to a message."""
    shown = answer.get("message", "reactions")  # absent when there is none
    reactions = shown if isinstance(shown, list) else []
    return Metrics(
        likes=sum(number(one, "count") or 0 for one in reactions),
        replies=answer.number("message", "reply_count") or 0,
    )
