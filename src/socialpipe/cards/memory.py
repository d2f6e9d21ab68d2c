"""Give the memory of drawn cards back to the system.

glibc raises the size from which it maps buffers of their own whenever one is freed; after a few
cards all pictures lie in its heap, which only shrinks at its end.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache

_M_MMAP_THRESHOLD = -3  # malloc.h of glibc
_LARGE = 128 * 1024  # bytes: the size that glibc starts with


@cache
def settle() -> None:
    """Fix that size, once a process; where there is no glibc, nothing is to be done."""
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
