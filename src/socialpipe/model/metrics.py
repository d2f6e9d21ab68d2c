"""What became of a post: how people reacted to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace


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

    @property
    def told(self) -> bool:
        """Whether the network tells anything at all."""
        return any(count is not None for count in astuple(self))

    @property
    def interactions(self) -> int:
        """Count everything that people did, beyond seeing it."""
        return sum(count or 0 for count in astuple(self)[1:])

    @property
    def reactions(self) -> dict[str, int | None]:
        """Return the counts as charts group them: whoever passed it on, with words or without."""
        passed = [count for count in (self.reposts, self.quotes) if count is not None]
        return {
            "likes": self.likes,
            "reposts": sum(passed) if passed else None,
            "replies": self.replies,
            "saves": self.saves,
            "clicks": self.clicks,
        }

    def since(self, before: Metrics) -> Metrics:
        """Say what came after `before`; less than nothing where people took something back."""
        pairs = zip(astuple(self), astuple(before), strict=True)
        return Metrics(*(None if now is None else now - (then or 0) for now, then in pairs))


def added(many: Iterable[Metrics]) -> Metrics:
    """Add up; None only where nobody tells."""
    columns = zip(*map(astuple, many), strict=True)
    known = ([count for count in column if count is not None] for column in columns)
    return Metrics(*(sum(counts) if counts else None for counts in known))


def of_thread(parts: Sequence[Metrics], own_replies: int) -> Metrics:
    """Say how people reacted to a whole thread.

    Who saw its most seen part saw it; our own later parts and comments are no replies.
    """
    whole = added(parts)
    views = max((part.views for part in parts if part.views is not None), default=None)
    replies = None if whole.replies is None else max(whole.replies - own_replies, 0)
    return replace(whole, views=views, replies=replies)
