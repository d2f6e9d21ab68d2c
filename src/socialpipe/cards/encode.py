"""From a picture to the bytes that a platform takes."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from socialpipe.errors import Refused

_QUALITIES = (90, 84, 76, 66, 54, 40)


def jpeg(image: Image.Image, most: int) -> bytes:
    """Encode as JPEG 4:4:4, no metadata, at quality 90 or the best below that fits `most` bytes.

    Raises Refused when even the lowest quality is too large.
    """
    for quality in _QUALITIES:
        out = BytesIO()
        image.save(out, "JPEG", quality=quality, subsampling=0)
        if out.tell() <= most:
            return out.getvalue()
    raise Refused(
        f"A card of {image.width}×{image.height} does not fit into {most} bytes.",
        "Choose a template without grain, or a smaller card size.",
    )
