"""Hold the memory of drawn cards down.

glibc raises the size from which it maps buffers of their own whenever one is freed; after a few
cards all pictures lie in its heap, which only shrinks at its end. To map every canvas anew would
cost more CPU than to draw on it, so Pillow keeps a few.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache

from PIL import Image

_M_MMAP_THRESHOLD = -3  # malloc.h of glibc
_LARGE = 1 << 20  # bytes: canvases and photographs; masks are smaller
_KEPT = 3  # buffers that Pillow uses again


@cache
def settle() -> None:
    """Fix both, once a process; where there is no glibc, only the latter."""
    Image.core.set_blocks_max(_KEPT)  # type: ignore[attr-defined]
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
