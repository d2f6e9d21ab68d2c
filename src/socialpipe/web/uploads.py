"""Pictures that people send: drawn anew, so that nothing but pixels comes in."""

from __future__ import annotations

import base64
import io
import warnings
from dataclasses import dataclass
from typing import BinaryIO

from socialpipe.errors import Refused

_BYTES = 40_000_000  # a larger file is cut off, and so no picture
_PIXELS = 50_000_000  # more is a way to fill our memory
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of our own making."""

    data: bytes
    mime: str
    width: int
    height: int


def redraw(data: bytes) -> Picture:
    """Decode an image and encode its pixels anew: no metadata, no place, no second file inside.

    Raises Refused for what is no image, or one too large.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as source:
                _check_size(*source.size)
                upright = ImageOps.exif_transpose(source)
                return _encoded(upright)
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        raise Refused(
            "This file is no picture that we can read.", "Send a JPEG, PNG, WebP or GIF."
        ) from None


def redrawn(file: BinaryIO) -> bytes:
    """Return an uploaded image as it is kept: drawn anew, and small enough to be carried along.

    Raises Refused for what is no image, or one too large.
    """
    from socialpipe.illustration import portable

    return base64.b64decode(portable(redraw(file.read(_BYTES + 1)).data))


def _check_size(width: int, height: int) -> None:
    if width * height > _PIXELS:
        raise Refused(
            f"This picture has {width} × {height} pixels.", "Send one of 50 megapixels at most."
        )


def _encoded(image: object) -> Picture:
    from PIL import Image

    assert isinstance(image, Image.Image)  # noqa: S101 - for the type checker
    clear = image.has_transparency_data
    pixels = image.convert("RGBA" if clear else "RGB")
    pixels.info.clear()
    out = io.BytesIO()
    if clear:
        pixels.save(out, "PNG", optimize=True)
    else:
        pixels.save(out, "JPEG", quality=_QUALITY, optimize=True)
    mime = "image/png" if clear else "image/jpeg"
    return Picture(out.getvalue(), mime, *pixels.size)
