"""How one speaks on each network: how many points and tags, and when a thread is better.

The words are in the templates; here is only what decides between them. Counts of points and tags
are our editors' choice, not rules of the networks; those are in `Limits`.
"""

from __future__ import annotations

from dataclasses import dataclass

from socialpipe.model import PostKind


@dataclass(frozen=True, slots=True)
class Voice:
    """An editor's habits on one network."""

    points: int = 4  # most that one post should carry
    essence: int = 1  # a single post that carries fewer becomes a thread, where there are more
    thread: bool = False  # whether threads are customary
    kind: PostKind = PostKind.SINGLE


_DEFAULT = Voice()
_VOICES = {
    "x": Voice(points=4, essence=3, thread=True),
    "bluesky": Voice(points=4, essence=2, thread=True),
    "mastodon": Voice(points=4, essence=2, thread=True),
    "telegram": Voice(points=5),
}


def voice(platform: str) -> Voice:
    """Return the habits of a network; sober defaults for one that is not known here."""
    return _VOICES.get(platform, _DEFAULT)
