"""Pictures from outside: opened with care, cropped around what matters in them."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from socialpipe.errors import Refused

MOST_PIXELS = 50_000_000  # a 24-megapixel camera has half of it; more is a decompression bomb
_LONGEST_SIDE = 2_200  # px: no card shows more
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_SMALL = 64  # px: where the details are, is looked for in a picture of this size


def opened(data: bytes) -> Image.Image:
    """Return the first frame, upright, in RGB, transparent parts white.

    Raises Refused for what is no picture, is broken, or would need too much memory.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _decoded(data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise Refused(
            f"The picture cannot be read: {str(error)[:120]}.",
            "Use a whole JPEG, PNG, WebP, GIF or AVIF file.",
        ) from None


def _decoded(data: bytes) -> Image.Image:
    with Image.open(BytesIO(data), formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise _too_large()
        image.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))  # JPEG: decode at a fraction
        image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    ground = Image.new("RGB", upright.size, "white")
    ground.paste(upright, mask=upright)
    return ground


def _too_large() -> Refused:
    return Refused(
        f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels.",
        "Scale it down first.",
    )


def cover(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Crop a picture to a shape around its details, and scale it to a size in px."""
    scale = min(image.width / size[0], image.height / size[1])
    width, height = size[0] * scale, size[1] * scale
    x, y = focus(image)
    left = min(max(0.0, x * image.width - width / 2), image.width - width)
    top = min(max(0.0, y * image.height - height / 2), image.height - height)
    box = (left, top, left + width, top + height)
    return image.resize(size, Image.Resampling.BICUBIC, box, reducing_gap=2)


def focus(image: Image.Image) -> tuple[float, float]:
    """Return where the details are, as shares of width and height; nothing stands out: centre."""
    small = image.reduce(max(1, min(image.size) // _SMALL)).convert("L").resize((_SMALL, _SMALL))
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
