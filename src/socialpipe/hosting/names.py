"""What a hosted image is called, and which type that says it has."""

from __future__ import annotations

from datetime import datetime, timedelta

from socialpipe.model import Card
from socialpipe.store.rows import digest_of

TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif"}
_ENDINGS = {mime: ending for ending, mime in TYPES.items()}


def name_of(card: Card) -> str:
    """Name an image by its bytes and its type."""
    return f"{digest_of(card.data)}.{_ENDINGS[card.mime]}"


def expiry(since: datetime, now: datetime, lifetime: timedelta) -> datetime:
    """Say when an address ends: the same at every try that comes within half a lifetime.

    It is good for between half of `lifetime` and all of it.
    """
    step = lifetime / 2
    passed = max(0, (now - since) // step)
    return since + (passed + 2) * step
