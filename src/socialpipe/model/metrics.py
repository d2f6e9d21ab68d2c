"""What became of a post: how people reacted to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metrics:
    """Totals of one published part so far; None: the network does not tell."""

    views: int | None = None  # shown to somebody, once or again
    likes: int | None = None  # reactions of every kind
    reposts: int | None = None  # passed on as it is
    quotes: int | None = None  # passed on with words of their own
    replies: int | None = None
    saves: int | None = None  # bookmarks
    clicks: int | None = None  # on the link
