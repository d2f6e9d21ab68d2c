"""From a picture to the bytes that a platform takes."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from socialpipe.cards.strips import QUALITY, Overlay, overlaid, whole
from socialpipe.errors import Refused

FORMS = ("jpeg", "webp", "png")  # the order in which one is taken when nobody wants another
_QUALITIES = (QUALITY, 84, 76, 66, 54, 40)
_STEPS: dict[str, list[dict[str, Any]]] = {
    "jpeg": [{"quality": quality} for quality in _QUALITIES],
    # Method 4, the default, saves 15 % for seven times the work.
    "webp": [{"quality": quality, "method": 1} for quality in _QUALITIES],
    # Higher levels save 2 % for ten times the work.
    "png": [{"compress_level": 1}],
}


def forms(formats: Sequence[str], wanted: str | None = None) -> list[str]:
    """Name the forms that a platform takes, by its media types: the wanted one first."""
    taken = {mime.removeprefix("image/") for mime in formats} or {"jpeg"}
    order = dict.fromkeys((wanted, *FORMS))
    return [form for form in order if form in taken] or ["jpeg"]


def encode(
    image: Image.Image,
    kinds: Sequence[str],
    most: int,
    about: str = "",
    overlay: Overlay | None = None,
) -> tuple[bytes, str]:
    """Return the bytes and their media type, in the first form and quality that fits `most` bytes.

    `about` is an XMP packet; `overlay` saves work and changes no byte. All pictures are
    sRGB: PNG says so, the others need not. Raises Refused when nothing fits.
    """
    for kind in kinds:
        for options in _STEPS[kind]:
            data = _saved(image, kind, options, about, overlay)
            if len(data) <= most:
                return data, f"image/{kind}"
    raise Refused(
        f"A card of {image.width}×{image.height} does not fit into {most} bytes.",
        "Choose a template without grain, or a smaller card size.",
    )


def jpeg(image: Image.Image, most: int, overlay: Overlay | None = None) -> bytes:
    """Encode as JPEG 4:4:4 at quality 90, or the best below that fits `most` bytes.

    Raises Refused when even the lowest quality is too large.
    """
    return encode(image, ["jpeg"], most, overlay=overlay)[0]


def _saved(
    image: Image.Image, kind: str, options: dict[str, Any], about: str, overlay: Overlay | None
) -> bytes:
    if kind == "jpeg":
        if overlay is not None and options["quality"] == QUALITY:
            return overlaid(image, overlay, about)
        return whole(image, options["quality"], about)
    out = BytesIO()
    if kind == "png":
        info = PngInfo()
        info.add(b"sRGB", b"\0")  # perceptual; PNG specification, 11.3.2.5
        if about:
            info.add_itxt("XML:com.adobe.xmp", about)
        image.save(out, "PNG", pnginfo=info, **options)
    else:
        extra = {"xmp": about.encode()} if about else {}
        image.save(out, kind, **options, **extra)
    return out.getvalue()
