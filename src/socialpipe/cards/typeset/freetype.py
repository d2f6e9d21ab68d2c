"""Glyphs by FreeType, where this HarfBuzz has no rasteriser: outlines only, slower, as sharp.

Needs the extra `freetype`. Colour emoji are not drawn; `fonts` sets them in outlines instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageChops

from socialpipe.errors import SocialpipeError

if TYPE_CHECKING:
    from socialpipe.cards.typeset.fonts import Face
    from socialpipe.cards.typeset.raster import Inked

_FRACTION = 64  # FreeType counts in 1/64 px
Placed = tuple[Image.Image, int, int]  # a mask, and its left top corner


def mask(glyphs: Iterable[Inked]) -> Placed | None:
    """Draw outlines into one antialiased mask (mode L); None: nothing has ink."""
    drawn = [placed for glyph in glyphs if (placed := _glyph(glyph))]
    if not drawn:
        return None
    left, top = min(x for _, x, _ in drawn), min(y for _, _, y in drawn)
    right = max(x + image.width for image, x, _ in drawn)
    bottom = max(y + image.height for image, _, y in drawn)
    canvas = Image.new("L", (right - left, bottom - top))
    for image, x, y in drawn:
        box = (x - left, y - top, x - left + image.width, y - top + image.height)
        canvas.paste(ImageChops.lighter(canvas.crop(box), image), box)
    return canvas, left, top


def _glyph(glyph: Inked) -> Placed | None:
    import freetype

    face = _face(glyph.face, glyph.weight)
    face.set_char_size(round(glyph.size * _FRACTION))
    x, y = int(glyph.x // 1), int(-glyph.y // 1)  # whole px; the rest moves the outline
    rest = (glyph.x - x, -glyph.y - y)
    unit = freetype.Matrix(0x10000, 0, 0, 0x10000)
    face.set_transform(unit, freetype.Vector(*(round(part * _FRACTION) for part in rest)))
    face.load_glyph(glyph.glyph, freetype.FT_LOAD_RENDER | freetype.FT_LOAD_NO_HINTING)
    slot, bitmap = face.glyph, face.glyph.bitmap
    if not bitmap.width or not bitmap.rows:
        return None
    size = (bitmap.width, bitmap.rows)
    image = Image.frombytes("L", size, bytes(bitmap.buffer), "raw", "L", bitmap.pitch)
    return image, x + slot.bitmap_left, -y - slot.bitmap_top


@lru_cache(maxsize=64)
def _face(face: Face, weight: int) -> Any:
    try:
        import freetype
    except ImportError:
        raise SocialpipeError(
            "This uharfbuzz cannot draw glyphs, and there is no freetype-py.",
            "pip install 'uharfbuzz>=0.57,<0.60' or pip install 'socialpipe[freetype]'",
        ) from None
    found = freetype.Face(str(face.path), face.index)
    axes = face.axes()
    if axes:
        own = {"wght": float(weight)}
        found.set_var_design_coords([own.get(tag, default) for tag, default in axes])
    return found
