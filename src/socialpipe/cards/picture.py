"""Pictures from outside: opened with care, cropped around what matters in them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property, lru_cache
from io import BytesIO

from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from socialpipe.errors import Refused

MOST_PIXELS = 50_000_000  # a 24-megapixel camera has half of it; more is a decompression bomb
_LONGEST_SIDE = 1_920  # px: no card shows more
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_WORTH = 600  # px of the longer side: less is blurred on a card
_LONGEST_SHAPE = 2.5  # longer side by shorter: more is a banner
_SMALL = 64  # px: where the details are, is looked for in a picture of this size
_COLOURS = 6  # main colours of a picture …
_THUMB = 128  # … counted at this size, px


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture in RGB; a key of caches by its identity."""

    image: Image.Image

    @cached_property
    def colours(self) -> list[tuple[tuple[int, ...], float]]:
        """Its main colours, and the share of its area that each has."""
        scale = max(1.0, max(self.image.size) / _THUMB)
        width, height = (max(1, round(side / scale)) for side in self.image.size)
        small = self.image.resize((width, height), Image.Resampling.BOX, reducing_gap=1)
        few = small.quantize(_COLOURS, Image.Quantize.FASTOCTREE)
        table, counts = few.getpalette() or [], few.histogram()
        triples = (tuple(table[3 * n : 3 * n + 3]) for n in range(len(table) // 3))
        pixels = small.width * small.height
        return [(one, n / pixels) for one, n in zip(triples, counts, strict=False) if n]


@lru_cache(maxsize=2)  # all posts of a campaign show the same picture and logo
def opened(data: bytes, longest: int = _LONGEST_SIDE) -> Picture:
    """Return the first frame, upright, transparent parts white, at most `longest` px a side.

    Raises Refused for what is no picture, is broken, or would need too much memory.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _decoded(data, longest)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise Refused(
            f"The picture cannot be read: {str(error)[:120]}.",
            "Use a whole JPEG, PNG, WebP, GIF or AVIF file.",
        ) from None


def is_worth_a_card(data: bytes) -> bool:
    """Whether a picture that nobody chose may be shown: no icon, no banner.

    Raises Refused like `opened`.
    """
    image = opened(data).image
    long, short = max(image.size), min(image.size)
    return long >= _WORTH and long <= _LONGEST_SHAPE * short


def _decoded(data: bytes, longest: int) -> Picture:
    with Image.open(BytesIO(data), formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise _too_large()
        image.draft("RGB", (longest, longest))  # JPEG: decode at a fraction
        image.thumbnail((longest, longest))
        upright = ImageOps.exif_transpose(image)
    if not upright.has_transparency_data:
        return Picture(upright.convert("RGB"))
    upright = upright.convert("RGBA")
    ground = Image.new("RGB", upright.size, "white")
    ground.paste(upright, mask=upright)
    return Picture(ground)


def _too_large() -> Refused:
    return Refused(
        f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels.",
        "Scale it down first.",
    )


_covers: dict[tuple[Picture, tuple[int, int]], Image.Image] = {}


def cover(picture: Picture, size: tuple[int, int]) -> Image.Image:
    """Crop a picture to a shape around its details, and scale it to a size in px.

    The last one is kept, and dropped before the next is made: each takes up to 8 MB.
    """
    key = (picture, size)
    image = _covers.get(key)
    if image is None:
        _covers.clear()
        image = _covers[key] = _cropped(*key)
    return image


def _cropped(picture: Picture, size: tuple[int, int]) -> Image.Image:
    image = picture.image
    scale = min(image.width / size[0], image.height / size[1])
    width, height = size[0] * scale, size[1] * scale
    x, y = focus(image)
    left = min(max(0.0, x * image.width - width / 2), image.width - width)
    top = min(max(0.0, y * image.height - height / 2), image.height - height)
    box = (left, top, left + width, top + height)
    return image.resize(size, Image.Resampling.HAMMING, box, reducing_gap=1.0)


def focus(image: Image.Image) -> tuple[float, float]:
    """Return where the details are, as shares of width and height; nothing stands out: centre."""
    sampled = image.resize((4 * _SMALL, 4 * _SMALL), Image.Resampling.NEAREST).convert("L")
    small = sampled.reduce(4)
    edges = small.filter(ImageFilter.FIND_EDGES)
    inner = edges.crop((1, 1, _SMALL - 1, _SMALL - 1))
    return _centre(inner.resize((_SMALL, 1), Image.Resampling.BOX)), _centre(
        inner.resize((1, _SMALL), Image.Resampling.BOX)
    )


def _centre(strip: Image.Image) -> float:
    weights = strip.tobytes()
    total = sum(weights)
    if not total:
        return 0.5
    return sum(n * weight for n, weight in enumerate(weights)) / total / (len(weights) - 1)
