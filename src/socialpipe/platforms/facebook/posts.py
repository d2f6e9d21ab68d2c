"""Posts as Facebook shows and counts them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from socialpipe.model import Metrics, Receipt
from socialpipe.platforms.answer import Answer, dig, word
from socialpipe.platforms.readback import Seen, count, moment


def metrics(post: Answer, told: Mapping[str, int]) -> Metrics:
    """Read the counts of a post and what its insights told."""
    return Metrics(
        views=told.get("post_media_view"),
        likes=post.number("reactions", "summary", "total_count"),
        reposts=post.number("shares", "count"),
        replies=post.number("comments", "summary", "total_count"),
        clicks=told.get("post_clicks"),
    )


def seen(post: Any) -> Seen:
    """Read one post of the page."""
    number = word(post, "id")
    receipt = Receipt(number, f"https://www.facebook.com/{number}")
    return Seen(receipt, word(post, "message"), moment(dig(post, "created_time")), _photos(post))


def _photos(post: Any) -> int:
    """Count photos; an album has them one level down, a link card counts as none."""
    first = dig(post, "attachments", "data", 0)
    if word(first, "media_type") not in {"photo", "album"}:
        return 0
    return count(first, "subattachments", "data") or 1
