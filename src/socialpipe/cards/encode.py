"""From a picture to the bytes that a platform takes."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from socialpipe.errors import Refused

_QUALITIES = (90, 84, 76, 66, 54, 40)
# Higher levels of PNG save 2 % for ten times the work.
_OPTIONS: dict[str, dict[str, int]] = {"webp": {"quality": 90}, "png": {"compress_level": 1}}


def encode(image: Image.Image, formats: Sequence[str], most: int) -> tuple[bytes, str]:
    """Return the bytes and their media type: JPEG where it is taken, else WebP, else PNG.

    Raises Refused when nothing that is taken fits into `most` bytes.
    """
    if not formats or "image/jpeg" in formats:
        return jpeg(image, most), "image/jpeg"
    kind = "webp" if "image/webp" in formats else "png"
    out = BytesIO()
    image.save(out, kind, **_OPTIONS[kind])
    if out.tell() > most:
        raise _too_large(image, most)
    return out.getvalue(), f"image/{kind}"


def jpeg(image: Image.Image, most: int) -> bytes:
    """Encode as JPEG 4:4:4, no metadata, at quality 90 or the best below that fits `most` bytes.

    Raises Refused when even the lowest quality is too large.
    """
    for quality in _QUALITIES:
        out = BytesIO()
        image.save(out, "JPEG", quality=quality, subsampling=0)
        if out.tell() <= most:
            return out.getvalue()
    raise _too_large(image, most)


def _too_large(image: Image.Image, most: int) -> Refused:
    return Refused(
        f"A card of {image.width}×{image.height} does not fit into {most} bytes.",
        "Choose a template without grain, or a smaller card size.",
    )
