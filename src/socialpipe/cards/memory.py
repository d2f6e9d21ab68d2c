"""Hold the memory of drawn cards down.

glibc maps every large buffer anew, which costs more CPU than to draw on it, unless it is told to
take it from its heap; the heap then keeps what it once had, unless it is told to give it back.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h of glibc
_LARGEST = 32 << 20  # bytes: larger than any canvas, and the most that glibc takes
_KEPT = 6 << 20  # bytes at the end of the heap
_OFTEN = 6_000_000  # pixels: some 8 landscapes; to trim costs 2 ms
_LARGE = 1_100_000  # pixels: a card so large takes many times longer than to trim
_drawn: list[int] = []


@cache
def settle() -> None:
    """Have canvases lie in the heap; once a process. Without glibc, nothing is done."""
    mallopt = _glibc("mallopt")
    mallopt(_M_MMAP_THRESHOLD, _LARGEST)
    mallopt(_M_TRIM_THRESHOLD, _KEPT)


def make_room(pixels: int) -> None:
    """Give back what small cards have left in the heap before a large one is drawn."""
    if pixels > _LARGE and _drawn:
        _trim()


def trim(pixels: int) -> None:
    """Give what is free in the heap back to the system, after so many pixels more were drawn."""
    _drawn.append(pixels)
    if sum(_drawn) > _OFTEN or pixels > _LARGE:
        _trim()


def _trim() -> None:
    _drawn.clear()
    _glibc("malloc_trim")(0)


@cache
def _glibc(name: str) -> Callable[..., object]:
    found = getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None
    return found or (lambda *_: None)
