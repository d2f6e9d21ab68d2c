"""Posts and comments as Instagram shows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from socialpipe.model import Receipt
from socialpipe.platforms.answer import dig, link, word
from socialpipe.platforms.base import PartRequest
from socialpipe.platforms.readback import Seen, count, moment, normal

FIELDS = "id,caption,permalink,timestamp,children{id}"
EVER = datetime(2010, 1, 1, tzinfo=UTC)  # Instagram has nothing older


def seen(post: Any) -> Seen:
    """Read one post of the account."""
    receipt = Receipt(word(post, "id"), link(post, "permalink"))
    media = count(post, "children", "data") or 1
    return Seen(receipt, word(post, "caption"), moment(dig(post, "timestamp")), media)


def comment(text: str) -> PartRequest:
    """Describe a comment of ours to those who look for it; nobody knows when it was written."""
    return PartRequest(text, key="", created_at=EVER)


def comment_seen(wanted: str) -> Callable[[Any], Seen]:
    """Read one comment below a post: its text alone tells whether it is ours."""

    def read(one: Any) -> Seen:
        text = word(one, "text")
        return Seen(Receipt(word(one, "id")), text, None, ours=normal(text) == normal(wanted))

    return read
