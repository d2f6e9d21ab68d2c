"""Messages as Slack takes and shows them."""

from __future__ import annotations

from socialpipe.model import Json, Metrics
from socialpipe.platforms.answer import Answer, number
from socialpipe.platforms.base import PartRequest


def blocks(text: str, request: PartRequest) -> list[Json]:
    """Show the text in front of the images; with blocks, `text` is only for notifications."""
    section: Json = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    images: list[Json] = []
    for card, upload in zip(request.cards, request.uploads, strict=True):
        source = {"image_url": upload["url"]} if "url" in upload else upload
        images.append({"type": "image", "alt_text": card.alt or request.title or "", **source})
    return [section, *images]


def metrics(answer: Answer) -> Metrics:
    """Count the reactions and replies to a message."""
    shown = answer.get("message", "reactions")  # absent when there is none
    reactions = shown if isinstance(shown, list) else []
    return Metrics(
        likes=sum(number(one, "count") or 0 for one in reactions),
        replies=answer.number("message", "reply_count") or 0,
    )
