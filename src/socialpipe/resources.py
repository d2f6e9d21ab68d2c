"""Where the files lie that ship with the package but that a designer edits."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def templates() -> Path:
    """Return the folder with `cards/`, `posts/` and `web/`: in the wheel, else the repository's."""
    here = Path(__file__).resolve().parent
    packaged = here / "templates"
    return packaged if packaged.is_dir() else here.parents[1] / "templates"
