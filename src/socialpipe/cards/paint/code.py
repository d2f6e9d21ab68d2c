"""QR codes."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image


@lru_cache(maxsize=32)
def modules(text: str) -> Image.Image:
    """Return the dark modules of a QR code as a mask, one px each, without the quiet zone."""
    import segno

    rows = [bytes(255 * cell for cell in row) for row in segno.make_qr(text, error="m").matrix]
    return Image.frombytes("L", (len(rows[0]), len(rows)), b"".join(rows))


def mask(text: str, side: int) -> Image.Image:
    """Return the code at most `side` px wide, every module a whole number of px."""
    code = modules(text)
    factor = max(1, side // code.width)
    return code.resize((code.width * factor, code.height * factor), Image.Resampling.NEAREST)
