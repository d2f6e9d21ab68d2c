"""Which platforms there are: our own and those of installed packages, all by entry point."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from socialpipe.errors import NotFound

if TYPE_CHECKING:
    from socialpipe.platforms.base import Platform

GROUP = "socialpipe.platforms"


def names() -> list[str]:
    """List all platforms, sorted; imports none of them."""
    return sorted(_points())


@cache  # looked up several times a publication
def load(name: str) -> type[Platform]:
    """Import the adapter of one platform.

    Raises NotFound for a name that no installed package offers.
    """
    points = _points()
    if name not in points:
        raise NotFound(f"There is no platform {name!r}.", f"There are: {', '.join(names())}.")
    adapter: type[Platform] = points[name].load()
    return adapter


@cache  # reading the metadata of all packages takes 5 ms
def _points() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
