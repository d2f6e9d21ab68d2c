"""An accent from a picture: its liveliest colour that is no mere speck, made readable."""

from __future__ import annotations

from math import sqrt

from socialpipe.cards.colour import contrast, parse, readable
from socialpipe.cards.picture import Picture

_LEAST = 3.0  # contrast with the paper: that of large text (WCAG 2.2, 1.4.3)
_GREY = 24  # of 255: less difference between the channels has no hue to speak of


def accent(picture: Picture, paper: str) -> str | None:
    """Return the colour of most chroma² × √area, moved until it stands out from the paper (hex).

    A small bright spot thus counts more than a large dull one. Colours that already stand out are
    taken first. None: the picture is grey.
    """
    found = [(colour, share) for colour, share in picture.colours if _chroma(colour) >= _GREY]
    if not found:
        return None
    ground = parse(paper)

    def worth(one: tuple[tuple[int, ...], float]) -> tuple[bool, float]:
        colour, share = one
        return contrast(colour, ground) >= _LEAST, _chroma(colour) ** 2 * sqrt(share)

    best = max(found, key=worth)[0]
    return readable(f"#{bytes(best).hex()}", paper, _LEAST)


def _chroma(colour: tuple[int, ...]) -> int:
    return max(colour) - min(colour)
