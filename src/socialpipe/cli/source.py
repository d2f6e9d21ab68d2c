"""Where articles come from: a file, standard input, or an address."""

from __future__ import annotations

import sys
from pathlib import Path

from socialpipe.errors import NotFound, Refused
from socialpipe.model import Article

_LARGEST = 10_000_000  # bytes; an article is text, not a library


def read_article(source: str) -> Article:
    """Read the article that `source` names.

    Raises NotFound for a missing file, Refused for something that is no article.
    """
    from socialpipe.text.read import read

    if source == "-":
        return read(sys.stdin.buffer.read(_LARGEST + 1))
    if source.startswith(("http://", "https://")):
        return _fetch(source)
    return read(_load(Path(source)), name=source)


def _load(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > _LARGEST:
            raise Refused(
                f"{path} is {size / 1e6:.0f} MB: that is no article.",
                f"socialpipe reads articles of up to {_LARGEST / 1e6:.0f} MB.",
            )
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "").lower()
        raise NotFound(
            f"{path} cannot be read: {reason}.",
            "Give the path of a text, Markdown or HTML file, or - for standard input.",
        ) from None


def _fetch(url: str) -> Article:
    from socialpipe.platforms.http import Http
    from socialpipe.settings import load
    from socialpipe.text.read import read

    settings = load()
    http = Http(
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        allow_private_hosts=settings.allow_private_hosts,
    )
    answer = http.get(url, follow=True)
    return read(answer.content, name="page.html", url=url)
