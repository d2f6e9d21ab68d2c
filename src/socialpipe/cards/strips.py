"""JPEG files in strips: what a card has in common with its plate is not encoded again.

A restart marker stands after each row of blocks; the bits between two of them depend on no others
(ITU-T T.81, E.1.4 and F.1.1.5), so that a row can be taken from another file of the same kind. The
file is, byte for byte, the one that encoding the whole picture gives.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

ROW = 8  # px: the height of a row of blocks where colours have the full resolution
QUALITY = 90  # of the strips that are kept
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")  # elsewhere in the bits, a zero follows 0xFF
_MARKERS = [bytes((0xFF, 0xD0 + n)) for n in range(8)]
_END = b"\xff\xd9"
_SCAN = 0xDA
_XMP = b"http://ns.adobe.com/xap/1.0/\0"  # XMP specification, part 3, 1.1.3


@dataclass(frozen=True, slots=True)
class Strips:
    """A file, cut into its head (up to the bits) and the bits of each row."""

    head: bytes
    rows: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a picture was drawn over, and the rows, counted in `ROW`, that were painted since."""

    strips: Strips
    painted: Collection[int]


def whole(image: Image.Image, quality: int, about: str = "") -> bytes:
    """Encode a picture; `about` is an XMP packet."""
    out = BytesIO()
    extra = {"xmp": about.encode()} if about else {}
    image.save(out, "JPEG", quality=quality, subsampling=0, restart_marker_rows=1, **extra)
    return out.getvalue()


def strips(image: Image.Image) -> Strips:
    """Encode a picture in strips."""
    data = whole(image, QUALITY)
    start = _start(data)
    return Strips(data[:start], tuple(_RESTART.split(data[start : -len(_END)])))


def overlaid(image: Image.Image, overlay: Overlay, about: str = "") -> bytes:
    """Return what `whole` would; only painted rows are encoded."""
    rows = list(overlay.strips.rows)
    for first, last in _spans(overlay.painted, len(rows)):
        band = (0, first * ROW, image.width, min(image.height, last * ROW))
        rows[first:last] = strips(image.crop(band)).rows
    parts = [_told(overlay.strips.head, about)]
    for n, row in enumerate(rows):
        parts += (row, _MARKERS[n % 8])
    return b"".join([*parts[:-1], _END])


def _start(data: bytes) -> int:
    """Return where the bits begin."""
    at = 2
    while data[at + 1] != _SCAN:
        at = _after(data, at)
    return _after(data, at)


def _after(data: bytes, at: int) -> int:
    """Return where the segment that begins at `at` has ended."""
    return at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")


def _told(head: bytes, about: str) -> bytes:
    """Return a head with an XMP packet, where Pillow puts it: after the first segment."""
    if not about:
        return head
    packet = _XMP + about.encode()
    at = _after(head, 2)
    return head[:at] + b"\xff\xe1" + (len(packet) + 2).to_bytes(2, "big") + packet + head[at:]


def _spans(painted: Collection[int], count: int) -> Iterator[tuple[int, int]]:
    """Yield first and last (not included) of the rows that lie together."""
    first = None
    for n in range(count + 1):
        is_painted = n < count and n in painted
        if is_painted and first is None:
            first = n
        elif not is_painted and first is not None:
            yield first, n
            first = None
