"""Looking for a part among own posts, page by page, back to when it was sent.

A busy account may have said more since than one page shows: what is not on it is not absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from socialpipe.errors import Unknown
from socialpipe.model import Receipt
from socialpipe.platforms.answer import Answer, word
from socialpipe.platforms.base import PartRequest
from socialpipe.platforms.readback import SLACK, Seen, newest_match

PAGES = 20  # that one look turns: 400 to 2,000 posts

Ask = Callable[[dict[str, str]], Answer]  # takes what gets another page than the first
Onward = Callable[[Answer, int], dict[str, str] | None]  # from a page and its number, or None


def look_back(
    request: PartRequest,
    ask: Ask,
    read: Callable[[Answer], Iterable[Seen]],
    onward: Onward,
    *,
    sent: str | None = None,
) -> Receipt | None:
    """Look for a part among own posts, which are listed newest first; None: it is not there.

    `sent` is as in `newest_match`. Raises Unknown where more newer posts are listed than one look
    takes in, else what `ask` raises.
    """
    answer, n = ask({}), 1
    while True:
        page = list(read(answer))
        if found := newest_match(request, page, sent=sent):
            return found
        more = None if _reaches_back(page, request) else onward(answer, n)
        if more is None:
            return None
        if n == PAGES:
            what = f"{answer.host} shows too many newer posts to tell whether this one is out."
            raise Unknown(what, "Look there yourself, then say what you saw.")
        answer, n = ask(more), n + 1


def _reaches_back(page: list[Seen], request: PartRequest) -> bool:
    """Whether all that a further page lists is older than the part can be."""
    at = (page[-1].listed_at or page[-1].created_at) if page else None
    return at is not None and at < (request.sent_at or request.created_at) - SLACK


def by_token(name: str, *path: str | int) -> Onward:
    """Get the next page by the token that stands at `path` of an answer; the last one has none."""

    def onward(answer: Answer, _: int) -> dict[str, str] | None:
        token = answer.word(*path)
        return {name: token} if token else None

    return onward


def by_last(name: str, *path: str | int) -> Onward:
    """Get the next page by the id of the last post in the list at `path`, until one is empty."""

    def onward(answer: Answer, _: int) -> dict[str, str] | None:
        posts = answer.items(*path)
        return {name: word(posts[-1], "id") or answer.unclear()} if posts else None

    return onward


def by_number(name: str, *path: str | int, size: int = 1, first: int = 0) -> Onward:
    """Get the next page by how many posts (or pages) went before it, until one is empty."""

    def onward(answer: Answer, n: int) -> dict[str, str] | None:
        return {name: str(first + n * size)} if answer.items(*path) else None

    return onward
