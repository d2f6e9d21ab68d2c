"""Pages that show a door instead of an article."""

from __future__ import annotations

import re

from socialpipe.errors import Refused

_LITTLE = 500  # code points; a login form beside more than this is in the margin
_TEASER = 1_500  # code points of an article that its page calls closed
_PASSWORD = re.compile(r"<input\b[^>]{0,300}?\btype\s*=\s*[\"']?password", re.IGNORECASE)
# schema.org/isAccessibleForFree, and Facebook's article:content_tier (documentation, 2026-11).
_CLOSED = re.compile(
    r"\"isAccessibleForFree\"\s*:\s*\"?(?:https?:\\?/\\?/schema\.org\\?/)?false"
    r"|article:content_tier[\"']\s+content\s*=\s*[\"']?locked",
    re.IGNORECASE,
)
SAVE = "Open the page in your browser, save it, and hand over the file or its text."


def check(page: str, said: str) -> None:
    """Raise Refused when the page keeps its article for those who log in or pay.

    `said` is the text that it shows.
    """
    if len(said) < _LITTLE and _PASSWORD.search(page):
        raise Refused("This page asks for a login and shows no article without it.", SAVE)
    if len(said) < _TEASER and _CLOSED.search(page):
        raise Refused("This page shows the beginning only: the article is behind a paywall.", SAVE)
