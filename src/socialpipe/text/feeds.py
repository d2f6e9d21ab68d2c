"""Feeds (RSS, Atom, JSON Feed): every entry with a name that stays the same, and its article.

Pure: takes the bytes of a feed, fetches nothing.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from socialpipe.errors import Refused
from socialpipe.model import Article, Picture
from socialpipe.text.read import LARGEST, assemble
from socialpipe.text.reading.blocks import Draft
from socialpipe.text.reading.clean import clean
from socialpipe.text.reading.html import fragment
from socialpipe.text.reading.metadata import moment, web_address
from socialpipe.text.reading.pictures import once

MOST = 2000  # entries taken from one feed
_WHOLE = 400  # code points from which an entry's content is the article, not a teaser
_TRACKS = re.compile(r"utm_|fbclid$|gclid$|mc_[ce]id$|ref$", re.IGNORECASE)
_FIX = "Check the address: it must be an RSS, Atom or JSON feed."


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed; `article` is None where the feed carries a teaser only."""

    id: str
    title: str
    url: str | None
    published_at: datetime | None
    article: Article | None

    @property
    def page(self) -> str | None:
        """What stays of its address when a site tags or moves its links; None for a home page."""
        parts = urlsplit(self.url or "")
        asked = [pair for pair in parse_qsl(parts.query) if not _TRACKS.match(pair[0])]
        path = parts.path.rstrip("/")
        if not path and not asked:
            return None
        return f"{(parts.hostname or '').removeprefix('www.')}{path}?{urlencode(sorted(asked))}"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and its entries, in its own order."""

    title: str
    entries: tuple[Entry, ...]


def read_feed(data: bytes, *, url: str | None = None) -> Feed:
    """Return the feed in these bytes, found at `url`.

    Raises Refused when it is too large, no feed, or declares entities (a way to exhaust memory).
    """
    if len(data) > LARGEST:
        raise Refused(f"This feed is larger than {LARGEST // 1_000_000} MB.", _FIX)
    if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return _json_feed(data, url)
    if b"<!ENTITY" in data:
        raise Refused("This feed declares XML entities, which no feed needs.", _FIX)
    return _xml_feed(data, url)


def _xml_feed(data: bytes, url: str | None) -> Feed:
    import feedparser

    parsed = feedparser.parse(io.BytesIO(data), response_headers={"content-location": url or ""})
    if not parsed.get("version") and not parsed.entries:
        raise Refused("These bytes are no feed.", _FIX)
    items = [_xml_item(entry) for entry in parsed.entries[:MOST]]
    return _feed(str(parsed.feed.get("title", "")), items, url)


def _xml_item(entry: Any) -> dict[str, Any]:
    """Return a feedparser entry in the words of JSON Feed."""
    contents = [content.get("value", "") for content in entry.get("content", [])]
    # feedparser's own get() warns when it looks for one in the place of the other.
    stamp = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    return {
        "id": entry.get("id"),
        "url": entry.get("link"),
        "title": entry.get("title"),
        "content_html": max([*contents, entry.get("summary", "")], key=len),
        "date_published": _stamp(stamp) if stamp else None,
        "authors": [{"name": entry.get("author")}],
        "tags": [tag.get("term") for tag in entry.get("tags", [])],
        "image": next((media.get("url") for media in entry.get("media_content", [])), None),
    }


def _stamp(parsed: Sequence[int]) -> str:
    year, month, day, hour, minute, second = parsed[:6]
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC).isoformat()


def _json_feed(data: bytes, url: str | None) -> Feed:
    try:
        feed = json.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise Refused("These bytes are no feed.", _FIX) from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise Refused("These bytes are no feed.", _FIX)
    return _feed(str(feed.get("title", "")), [i for i in items[:MOST] if isinstance(i, dict)], url)


def _feed(title: str, items: Iterable[dict[str, Any]], url: str | None) -> Feed:
    entries: dict[str, Entry] = {}
    for item in items:
        entry = _entry(item, url)
        entries.setdefault(entry.id, entry)
    return Feed(clean(title), tuple(entries.values()))


def _entry(item: dict[str, Any], url: str | None) -> Entry:
    content = _string(item, "content_html", "content_text", "summary")
    title = _words(_string(item, "title"))
    link = web_address(url, _string(item, "url", "external_url"))
    found = _draft(item, title, content, link)
    name = _string(item, "id") or link or _digest(title, content)
    return Entry(name, title, link, found.published_at, _article(found))


def _string(item: dict[str, Any], *names: str) -> str:
    values = (item.get(name) for name in names)
    return next((value.strip() for value in values if isinstance(value, str) and value.strip()), "")


def _words(markup: str) -> str:
    """Return a title without tags and entities."""
    return " ".join(block.text for block in fragment(clean(markup)).blocks) if markup else ""


def _digest(*texts: str) -> str:
    """Return a name for an entry that has none."""
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()


def _draft(item: dict[str, Any], title: str, content: str, link: str | None) -> Draft:
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [author.get("name") for author in authors or () if isinstance(author, dict)]
    tags = item.get("tags") if isinstance(item.get("tags"), list) else []
    image = web_address(link, _string(item, "image", "banner_image"))
    body = fragment(clean(content), link) if content else Draft()
    return Draft(
        blocks=body.blocks,
        title=title,
        author=next((name for name in names if isinstance(name, str) and name), None),
        published_at=_moment(_string(item, "date_published", "date_modified")),
        url=link,
        keywords=[tag for tag in tags or () if isinstance(tag, str) and tag],
        images=once([*([Picture(image)] if image else []), *body.images]),
    )


def _moment(text: str) -> datetime | None:
    found = moment(text)
    if found is None:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _article(found: Draft) -> Article | None:
    said = sum(len(block.text) for block in found.blocks)
    cut = bool(found.blocks) and re.search(r"(?:\.{3}|…|\[…\])\s*$", found.blocks[-1].text)
    if cut or said < _WHOLE:
        return None
    try:
        return assemble(found)
    except Refused:
        return None
