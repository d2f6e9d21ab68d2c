"""The one place that turns glyphs into pixels: HarfBuzz's rasteriser, else FreeType.

HarfBuzz's interface is young (13.1, March 2026, calls it experimental), so nothing else imports
it; `uharfbuzz` is pinned and the golden images would show a change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import uharfbuzz as hb
from PIL import Image

from socialpipe.cards.typeset import freetype
from socialpipe.cards.typeset.fonts import Face
from socialpipe.cards.typeset.shape import Run

_BY_HARFBUZZ = hasattr(hb, "RasterDraw")


@dataclass(frozen=True, slots=True)
class Inked:
    """A run at its place: baseline origin and size in pixels, y downwards."""

    run: Run
    size: float
    x: float
    y: float


@dataclass(frozen=True, slots=True, eq=False)
class Stamp:
    """Pixels and where their top left corner goes; a key of caches by its identity."""

    image: Image.Image
    left: int
    top: int


def mask(inked: Iterable[Inked]) -> Stamp | None:
    """Draw outlines into one antialiased mask (mode L); None: nothing has ink."""
    if not _BY_HARFBUZZ:
        placed = freetype.mask(inked)
        return Stamp(*placed) if placed else None
    draw = hb.RasterDraw()
    for one in inked:
        run, size = one.run, one.size
        font, scale = run.face.at(run.weight), size / run.face.upem
        for glyph, x, y in run.glyphs:
            draw.transform = (scale, 0, 0, scale, one.x + x * size, y * size - one.y)
            draw.draw_glyph(font, glyph)
    picture = draw.render()
    if picture is None or not picture.extents.width or not picture.extents.height:
        return None
    return _stamp(picture, "L", "L")


@lru_cache(maxsize=32)
def emoji(face: Face, glyph: int, size: float) -> Stamp | None:
    """Draw one colour glyph (mode RGBA), `left` and `top` relative to its baseline origin."""
    paint = hb.RasterPaint()
    scale = size / face.upem
    paint.transform = (scale, 0, 0, scale, 0, 0)
    font = face.at(400)
    extents = font.get_glyph_extents(glyph)
    if extents is None or not paint.set_glyph_extents(extents):
        return None
    paint.paint_glyph(font, glyph)
    picture = paint.render()
    return None if picture is None else _stamp(picture, "RGBA", "BGRa")


def _stamp(picture: hb.RasterImage, mode: str, raw: str) -> Stamp:
    """Wrap HarfBuzz's pixels, whose rows go upwards."""
    box = picture.extents
    size = (box.width, box.height)
    image = Image.frombuffer(mode, size, bytes(picture.buffer), "raw", raw, box.stride, -1)
    return Stamp(image, box.x_origin, -(box.y_origin + box.height))
