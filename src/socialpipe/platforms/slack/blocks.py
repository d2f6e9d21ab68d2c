"""A message as Slack's blocks."""

from __future__ import annotations

from socialpipe.model import Json
from socialpipe.platforms.base import PartRequest


def blocks(text: str, request: PartRequest) -> list[Json]:
    """Show the text in front of the images; with blocks, `text` is only for notifications."""
    section: Json = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    images: list[Json] = []
    for card, upload in zip(request.cards, request.uploads, strict=True):
        source = {"image_url": upload["url"]} if "url" in upload else upload
        images.append({"type": "image", "alt_text": card.alt or request.title or "", **source})
    return [section, *images]
