"""Whether a post that the network shows is the one that we sent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from socialpipe.model import Receipt
from socialpipe.platforms.answer import dig
from socialpipe.platforms.base import PartRequest

_ADDRESS = re.compile(r"\S*\w(?:://|\.\w)\S*")  # also bare ones, which some networks link
SLACK = timedelta(seconds=60)  # between our clock and the network's


@dataclass(frozen=True, slots=True)
class Seen:
    """One own post as the network shows it; `text` is plain."""

    receipt: Receipt
    text: str
    created_at: datetime | None
    media: int | None = None  # None: the network does not tell
    ours: bool | None = None  # whether it has our own mark; None: there is none to look for
    listed_at: datetime | None = None  # by which the list is ordered; None: by `created_at`


def newest_match(
    request: PartRequest, seen: Iterable[Seen], *, sent: str | None = None
) -> Receipt | None:
    """Pick the post with our mark, else the newest that equals the request in text, time and media.

    `sent`: the text as it went out, where that is not `request.text`.
    """
    wanted = normal(request.text if sent is None else sent)
    since = request.created_at - SLACK
    named = [post for post in seen if post.receipt.id]  # a broken answer is no proof of a post
    if marked := next((post for post in named if post.ours), None):
        return marked.receipt
    matches = [
        (post.created_at, post.receipt)
        for post in named
        if post.ours is None
        and post.created_at is not None
        and post.created_at >= since
        and post.media in {None, len(request.cards)}
        and normal(post.text) == wanted
    ]
    return max(matches, key=lambda match: match[0])[1] if matches else None


def normal(text: str) -> str:
    """NFC, with every run of white space one space: networks rewrap paragraphs."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def altered(sent: str, shown: str | None) -> str | None:
    """Say how a post differs from what was sent; None: not at all, or the network does not tell.

    Addresses do not count: networks shorten some and lengthen others.
    """
    ours, theirs = normal(_ADDRESS.sub("", sent)), normal(_ADDRESS.sub("", shown or ""))
    if shown is None or ours == theirs:
        return None
    if not theirs:
        return "The network shows no text at all."
    pairs = enumerate(zip(ours, theirs, strict=False))
    same = next((n for n, (a, b) in pairs if a != b), min(len(ours), len(theirs)))
    if same >= len(theirs.rstrip(".… ")):
        return f"The network cut the text after {same} of {len(ours)} characters."
    here, there = ours[same : same + 20], theirs[same : same + 20]
    return f"The network changed the text: “{there}” instead of “{here}”."


def moment(value: object) -> datetime | None:
    """Read an aware time from an ISO text or an epoch in seconds, None from anything else."""
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value)
            return at if at.tzinfo else at.replace(tzinfo=UTC)
        if isinstance(value, (int, float)):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def count(value: Any, *path: str | int) -> int:
    """How many elements the list at `path` has; 0 where there is none."""
    found = dig(value, *path)
    return len(found) if isinstance(found, list) else 0


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in {"p", "br", "div", "li"}:
            self.text.append("\n")


def plain(html: str) -> str:
    """Take the text out of HTML; breaks and paragraphs become line ends."""
    parser = _Plain()
    parser.feed(html)
    parser.close()
    return re.sub(r"\n+", "\n", "".join(parser.text)).strip()
