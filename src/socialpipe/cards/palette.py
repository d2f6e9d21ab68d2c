"""An accent from a picture: its most colourful large area, made readable."""

from __future__ import annotations

from PIL import Image

from socialpipe.cards.colour import contrast, parse, readable

_THUMB = 128  # px: colours are counted in a picture of this size
_COLOURS = 6
_LEAST = 3.0  # contrast with the paper: that of large text (WCAG 2.2, 1.4.3)
_GREY = 24  # of 255: less difference between the channels has no hue to speak of


def accent(image: Image.Image, paper: str) -> str | None:
    """Return the colour of most chroma × area, moved until it stands out from the paper (hex).

    Colours that already do are taken first. None: the picture is grey.
    """
    found = [(colour, weight) for colour, weight in _weighed(image) if _chroma(colour) >= _GREY]
    if not found:
        return None
    ground = parse(paper)
    best = max(found, key=lambda entry: (contrast(entry[0], ground) >= _LEAST, entry[1]))[0]
    return readable(f"#{bytes(best).hex()}", paper, _LEAST)


def _weighed(image: Image.Image) -> list[tuple[tuple[int, int, int], float]]:
    """Return the main colours of a picture with their chroma × area."""
    small = image.convert("RGB")
    small.thumbnail((_THUMB, _THUMB), Image.Resampling.BOX, reducing_gap=1)
    few = small.quantize(_COLOURS, Image.Quantize.FASTOCTREE)
    table = few.getpalette() or []
    out = []
    for count, index in few.getcolors() or []:
        red, green, blue = table[3 * int(index) : 3 * int(index) + 3]  # type: ignore[arg-type]
        colour = (red, green, blue)
        out.append((colour, _chroma(colour) * count / (small.width * small.height)))
    return out


def _chroma(colour: tuple[int, int, int]) -> int:
    return max(colour) - min(colour)
