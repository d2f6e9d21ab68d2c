"""A look at a feed: what it holds, or nothing when it has not changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin

from socialpipe.errors import Refused
from socialpipe.sources.found import FEEDS, Found
from socialpipe.sources.web import Web, browser
from socialpipe.text.feeds import Feed, read_feed

_LINK = re.compile(r"<link\b[^>]{0,1000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")


@dataclass(frozen=True, slots=True)
class Look:
    """A feed as it was found at `url`; the rest is asked about at the next look."""

    url: str
    feed: Feed
    etag: str | None
    modified: str | None


def look(
    url: str, etag: str | None = None, modified: str | None = None, *, web: Web | None = None
) -> Look | None:
    """Fetch a feed; None: it has not changed since `etag` and `modified`.

    A page that names its feed leads to that. Raises UsageError, NotFound, Refused or TryAgain.
    """
    web = web or Web(browser())
    changed = web.changed(url, etag, modified)
    if changed is None:
        return None
    found, answer = changed
    if not found.is_feed and (named := _named(found)):
        url = named
        changed = web.changed(url, None, None)
        if changed is None:  # a server that answers so to a first question
            raise Refused("The feed of this page does not show itself.", "Give the feed's address.")
        found, answer = changed
    header = answer.headers.get
    return Look(url, read_feed(found.data, url=found.url), header("ETag"), header("Last-Modified"))


def _named(found: Found) -> str | None:
    """Return the feed that a page names in its head."""
    for tag in _LINK.findall(found.text()):
        said = {
            m[1].lower(): unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(tag)
        }
        if "alternate" in said.get("rel", "").lower() and said.get("type", "").lower() in FEEDS:
            return urljoin(found.url or "", said.get("href", ""))
    return None
