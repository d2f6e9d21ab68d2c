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
    from socialpipe.cards.typeset.shape import Glyph

_FRACTION = 64  # FreeType counts in 1/64 px
Placed = tuple[Image.Image, int, int]  # a mask, and its left top corner


def mask(inked: Iterable[Inked]) -> Placed | None:
    """Draw outlines into one antialiased mask (mode L); None: nothing has ink."""
    drawn = [placed for one in inked for glyph in one.run.glyphs if (placed := _glyph(one, glyph))]
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


def _glyph(inked: Inked, glyph: Glyph) -> Placed | None:
    import freetype

    face = _face(inked.run.face, inked.run.weight)
    face.set_char_size(round(inked.size * _FRACTION))
    at = (inked.x + glyph.x * inked.size, glyph.y * inked.size - inked.y)
    x, y = int(at[0] // 1), int(at[1] // 1)  # whole px; the rest moves the outline
    rest = (at[0] - x, at[1] - y)
    unit = freetype.Matrix(0x10000, 0, 0, 0x10000)
    face.set_transform(unit, freetype.Vector(*(round(part * _FRACTION) for part in rest)))
    face.load_glyph(glyph.id, freetype.FT_LOAD_RENDER | freetype.FT_LOAD_NO_HINTING)
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
