"""The article's own picture, for cards: one that its page shows, or that lies beside its file.

A picture is welcome, never needed: what cannot be had is left out without a word.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from socialpipe.errors import SocialpipeError
from socialpipe.model import Article

if TYPE_CHECKING:
    from socialpipe.platforms.http import Http

LARGEST = 20_000_000  # bytes of a file
_TRIES = 3
_PATIENCE = 20.0  # seconds after which no further picture is asked for
_READ = 200_000  # characters of a file that are looked through
_NAMED = re.compile(
    r"!\[[^\]\n]{0,500}\]\(\s*<?([^)>\s]{1,500})"  # Markdown
    r"|<img\b[^>]{0,500}?\bsrc\s*=\s*[\"']([^\"'>]{1,500})"  # HTML
    r"|^(?:image|cover|thumbnail)\s*[:=]\s*[\"']?([^\"'\n]{1,500}?)[\"']?\s*$",  # front matter
    re.IGNORECASE | re.MULTILINE,
)
_TEXTS = frozenset({".md", ".markdown", ".html", ".htm", ".txt"})


def pictures_of(article: Article, source: str, http: Http | None = None) -> Iterator[bytes]:
    """Yield image files that the article shows, best first; `source` is where it was read from.

    From the web for an article from the web, with the care that pages get; from the folder of a
    file (and below) for a file; standard input has none.
    """
    if "://" in source:
        return _fetched(article, http)
    return iter(()) if source == "-" else _beside(Path(source))


def _fetched(article: Article, http: Http | None) -> Iterator[bytes]:
    from socialpipe.sources.web import Web, browser

    web = Web(http or browser())
    end = time.monotonic() + _PATIENCE
    for picture in article.images[:_TRIES]:
        if time.monotonic() > end:
            return
        try:
            yield web.picture(picture.url)
        except SocialpipeError:
            continue


def _beside(path: Path) -> Iterator[bytes]:
    if path.suffix.lower() not in _TEXTS:
        return
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(_READ)
    except OSError:
        return
    folder = path.resolve().parent
    for match in islice(_NAMED.finditer(text), _TRIES):
        name = next(group for group in match.groups() if group)
        yield from _read(folder, name)


def _read(folder: Path, name: str) -> Iterator[bytes]:
    """Read a file below a folder; addresses and paths that lead out of it are none."""
    try:
        path = (folder / name).resolve()
        if path.is_relative_to(folder) and path.is_file() and path.stat().st_size <= LARGEST:
            yield path.read_bytes()
    except (OSError, ValueError):  # ValueError: a null byte in the path
        return
