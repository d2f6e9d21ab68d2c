"""Where articles come from: a file, standard input, or an address on the web."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from socialpipe.errors import NotFound, Refused
from socialpipe.model import Article
from socialpipe.sources.found import Found

if TYPE_CHECKING:
    from socialpipe.platforms.http import Http
    from socialpipe.sources.web import Web

LARGEST = 20_000_000  # bytes of a file; an article is text, not a library

Tell = Callable[[str], None]


def load(source: str, *, http: Http | None = None, tell: Tell | None = None) -> Article:
    """Read the article that `source` names: a path, `-` for standard input, or a URL.

    Text, Markdown, HTML, a feed (its newest entry), and with the extra `documents` PDF and DOCX.
    `http` None: by the settings, when something is to be fetched. `tell` hears what was chosen.
    Raises NotFound, UsageError (malformed address), Refused (no article, a login, robots.txt, a
    private address), TryAgain (the host cannot be reached).
    """
    if source == "-":
        return _Reading(http, tell).article(Found(sys.stdin.buffer.read(LARGEST + 1)))
    if "://" in source:
        return _Reading(http, tell).page(source)
    return _Reading(http, tell).article(_file(Path(source)))


def parse(found: Found, *, http: Http | None = None) -> Article:
    """Read the article in bytes that somebody sent; a feed leads to its newest entry.

    Raises as `load` does.
    """
    return _Reading(http, None).article(found)


class _Reading:
    """One article being read; may lead from a feed to a page."""

    def __init__(self, http: Http | None, tell: Tell | None) -> None:
        self._http = http
        self._tell = tell or (lambda _: None)
        self._web: Web | None = None

    def page(self, url: str, *, feeds: bool = True) -> Article:
        """Fetch and read."""
        from socialpipe.sources.web import Web, browser

        self._web = self._web or Web(self._http or browser())
        return self.article(self._web.fetch(url), feeds=feeds)

    def article(self, found: Found, *, feeds: bool = True) -> Article:
        """Read by the kind of file that it is."""
        if len(found.data) > LARGEST:
            raise Refused(
                f"{found.name or 'This'} is larger than {LARGEST // 1_000_000} MB: no article is.",
                "Hand over the text of one article.",
            )
        if found.is_pdf or found.is_docx:
            from socialpipe.sources import documents

            return (documents.read_pdf if found.is_pdf else documents.read_docx)(found)
        if found.is_feed:
            if not feeds:
                raise Refused(
                    "The newest entry of this feed leads to a feed again.",
                    "Give the address of the article.",
                )
            return self._newest(found)
        return _text(found)

    def _newest(self, found: Found) -> Article:
        from socialpipe.sources.newest import newest

        feed, entry = newest(found)
        if len(feed.entries) > 1:
            self._tell(
                f"This is a feed of {len(feed.entries)} entries. Reading the newest: {entry.title}"
            )
        if entry.article is not None:
            return entry.article
        if entry.url is None:
            raise Refused(
                f"The newest entry of this feed, {entry.title!r}, has neither text nor address.",
                "Give the address of the article.",
            )
        return self.page(entry.url, feeds=False)


def _text(found: Found) -> Article:
    from socialpipe.sources import walls
    from socialpipe.text.read import read

    text = found.text()
    if found.url is None:
        return read(text, name=found.name)
    try:
        article = read(text, name=found.name, url=found.url)
    except Refused:
        walls.check(text, "")
        raise
    walls.check(text, article.text)
    return article


def _file(path: Path) -> Found:
    try:
        with path.open("rb") as file:
            return Found(file.read(LARGEST + 1), path.name)
    except (OSError, ValueError) as error:  # ValueError: a null byte in the path
        reason = (getattr(error, "strerror", None) or "no such file").lower()
        raise NotFound(
            f"{path} cannot be read: {reason}.",
            "Give a text, Markdown, HTML, PDF or DOCX file, a URL, or - for standard input.",
        ) from None
