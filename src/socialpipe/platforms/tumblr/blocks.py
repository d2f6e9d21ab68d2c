"""Posts as blocks of the Neue Post Format."""

from __future__ import annotations

import re

from socialpipe.model import Json
from socialpipe.platforms.base import PartRequest

BLOCK = 4096  # code points of a text block


def texts(text: str) -> list[Json]:
    """Make a block of every paragraph; over-long ones are cut."""
    paragraphs = [p for p in re.split(r"\n\s*\n", text) if p.strip()]
    pieces = (p[n : n + BLOCK] for p in paragraphs for n in range(0, len(p), BLOCK))
    return [{"type": "text", "text": piece} for piece in pieces]


def images(request: PartRequest) -> list[Json]:
    """Make a block of every image, whose bytes are another part of the form."""
    return [
        {
            "type": "image",
            "media": [
                {
                    "type": card.mime,
                    "identifier": f"image{n}",
                    "width": card.width,
                    "height": card.height,
                }
            ],
            "alt_text": card.alt,
        }
        for n, card in enumerate(request.cards)
    ]
