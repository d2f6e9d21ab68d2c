"""Making a text fit: whole where possible, else cut where it hurts least.

`fits` decides; it is the platform's own measure. Nothing here knows a limit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence

from socialpipe.text import atoms

Fits = Callable[[str], bool]
ELLIPSIS = "…"


def shorten(text: str, fits: Fits) -> str:
    """Return the longest good beginning of `text` that fits; "" when not even one character does.

    A complete sentence is preferred over more words and an ellipsis, and a cut outside brackets
    over one inside, as long as they keep at least half as much.
    """
    if fits(text):
        return text
    longest = _longest(text, atoms.ends(text), fits)
    if not longest:
        return _longest(text, atoms.grapheme_ends(text), fits)
    for candidate in (
        _longest(text, atoms.sentence_ends(text), fits, mark=""),
        _longest(text, atoms.smooth_ends(text), fits),
    ):
        if 2 * len(candidate) >= len(longest):
            return candidate
    return longest


def split(text: str, fits: Fits) -> list[str]:
    """Cut `text` into pieces that fit each, at sentences where possible.

    A sentence that goes on in the next piece ends and begins with an ellipsis. Returns [] when
    not even one character fits.
    """
    pieces: list[str] = []
    while text and not fits(text):
        piece = shorten(text, fits)
        kept = piece.removesuffix(ELLIPSIS)
        if not kept:
            return []
        pieces.append(piece)
        rest = text[len(kept) :].lstrip(" \n,;:、，")
        text = ELLIPSIS + rest if piece.endswith(ELLIPSIS) and rest else rest
        if len(kept.strip(ELLIPSIS)) == 0:
            return []
    return [*pieces, text] if text else pieces


def _longest(text: str, ends: Sequence[int], fits: Fits, mark: str = ELLIPSIS) -> str:
    def cut(end: int) -> str:
        head = text[:end].rstrip()
        return atoms.without_loose_end(head) + mark if mark else head

    # Longer beginnings hardly ever weigh less, so search by halves; what is found was tried.
    found = bisect_left(ends, x=True, key=lambda end: not fits(cut(end)))
    best = cut(ends[found - 1]) if found else ""
    return "" if best == mark else best
