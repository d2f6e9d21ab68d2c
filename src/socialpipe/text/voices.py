"""How one speaks on each network: how many points, when a thread is better, where its link is.

The words are in the templates; here is only what decides between them. The figures are our
editors' choice, not rules of the networks; those are in `Limits`.
"""

from __future__ import annotations

from dataclasses import dataclass

from socialpipe.model import PostKind


@dataclass(frozen=True, slots=True)
class Voice:
    """An editor's habits on one network."""

    points: int = 4  # most that one post should carry
    essence: int = 1  # a single post that carries fewer becomes a thread, where there are more
    thread: bool = False  # threads are customary
    link_first: bool = False  # a thread has its link in the first part, not in the last
    emoji: bool = False  # an emoji before the first line is customary
    summary: bool = False  # a paragraph stands before the points
    body: bool = False  # the whole article is published
    kind: PostKind = PostKind.SINGLE
    page: str = "default"  # the template, where the network has none of its own


# Where a thread has its link. On Bluesky and Mastodon a repost carries one part, mostly the first,
# into timelines that rank nothing: whoever sees it shall find the article. X ranks by how long
# people stay and shows no preview beside our image, so there the link closes the thread, with a
# preview of its own, for those who have read it.
_DEFAULT = Voice()
_BLOG = Voice(points=5, summary=True, body=True, kind=PostKind.ARTICLE, page="blog")
_LETTER = Voice(points=5, summary=True, page="letter")
_FORUM = Voice(points=5, summary=True, page="forum")
_WALL = Voice(points=5, emoji=True, summary=True, page="wall")
_VOICES = {
    "x": Voice(points=4, essence=3, thread=True),
    "bluesky": Voice(points=4, essence=2, thread=True, link_first=True),
    "mastodon": Voice(points=4, essence=2, thread=True, link_first=True, page="threads"),
    "threads": Voice(points=3, emoji=True),
    "facebook": _WALL,
    "instagram": Voice(points=5, emoji=True, kind=PostKind.CAROUSEL),
    "linkedin": Voice(points=5, summary=True),
    "pinterest": Voice(points=3, summary=True, kind=PostKind.PIN),
    "tumblr": Voice(points=5, summary=True),
    "reddit": _FORUM,
    "lemmy": _FORUM,
    "telegram": Voice(points=5, emoji=True),
    "discord": Voice(points=5),
    "slack": Voice(points=5),
    "matrix": Voice(points=5),
    "line": Voice(points=3, emoji=True),
    "band": _WALL,
    "wordpress": _BLOG,
    "ghost": _BLOG,
    "forem": _BLOG,
    "blogger": _BLOG,
    "navercafe": _BLOG,
    "email": _LETTER,
    "feed": _LETTER,
    "webhook": _LETTER,
    "assisted": _WALL,
}


def voice(platform: str) -> Voice:
    """Return the habits of a network; sober defaults for one that is not known here."""
    return _VOICES.get(platform, _DEFAULT)
