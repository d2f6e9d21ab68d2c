"""Where a form may send a browser on to: our own pages only."""

from __future__ import annotations

import re

_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*")  # no backslash: browsers read it as a slash


def local_path(wanted: str) -> str:
    """Return a path of ours as it was asked for, or the first page for anything else."""
    return wanted if _LOCAL.fullmatch(wanted) else "/"
