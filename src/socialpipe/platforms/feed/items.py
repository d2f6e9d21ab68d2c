"""A post as an item of a JSON Feed 1.1, and files that change all at once."""

from __future__ import annotations

import os
from datetime import UTC
from pathlib import Path

from socialpipe.model import Json
from socialpipe.platforms.base import PartRequest
from socialpipe.platforms.markup import html_body, title


def item_id(request: PartRequest) -> str:
    """Name the item for ever; a repeat has the same name."""
    return f"urn:uuid:{request.key}"


def item_of(request: PartRequest) -> Json:
    """Write the item; equal requests give equal items."""
    cards = list(zip(request.cards, request.uploads, strict=True))
    item: Json = {
        "id": item_id(request),
        "title": title(request, 200),
        "content_html": html_body(request, [(upload["url"], card.alt) for card, upload in cards]),
        "content_text": request.text,
        "date_published": request.created_at.astimezone(UTC).isoformat(timespec="seconds"),
        "tags": list(request.hashtags),
        "language": request.language,
        "attachments": [
            {"url": upload["url"], "mime_type": card.mime, "size_in_bytes": upload["bytes"]}
            | {"title": card.alt}
            for card, upload in cards
        ],
    }
    return item | ({"url": request.link} if request.link else {})


def write(file: Path, data: bytes) -> None:
    """Replace a file at once, so that no reader sees half of it."""
    draft = file.with_name(f".{file.name}.new")
    with draft.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
