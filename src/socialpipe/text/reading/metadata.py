"""What a page says of itself in JSON-LD, Open Graph and meta tags.

trafilatura guesses the author and the date where the page names none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from socialpipe.model import Picture
from socialpipe.text.reading.blocks import Draft

_ARTICLE = re.compile(r"(?:Article|Posting|Report|Review|WebPage|Recipe|HowTo)$")
_KEYWORDS = 15


def describe(tree: Any, url: str | None) -> Draft:
    """Return a draft with everything but the blocks."""
    meta = _meta(tree)
    item = next(_articles(tree), {})
    site = _first(meta, "og:site_name", "application-name") or _name(item.get("publisher"))
    author, date = _author(meta, item), _date(meta, item, tree)
    if not author or not date:
        author, date = _guess(tree, url, author, date)
    return Draft(
        title=_title(tree, meta, item, site),
        dek=_dek(meta, item),
        language=tree.get("lang")
        or _first(meta, "og:locale", "content-language")
        or item.get("inLanguage"),
        author=author,
        published_at=date,
        site=site,
        url=_canonical(tree, meta, url),
        keywords=_keywords(meta, item),
        images=_images(meta, item, url),
    )


def _meta(tree: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("http-equiv")
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.lower(), []).append(content)
    return found


def _first(meta: dict[str, list[str]], *names: str) -> str | None:
    return next((meta[name][0] for name in names if name in meta), None)


def _articles(tree: Any) -> Iterator[dict[str, Any]]:
    """JSON-LD items that describe an article, proper articles first."""
    items = [item for script in tree.iter("script") for item in _items(script)]
    items = [item for item in items if _ARTICLE.search(_type(item))]
    return iter(sorted(items, key=lambda item: _type(item).endswith("WebPage")))


def _type(item: dict[str, Any]) -> str:
    kind = item.get("@type")
    return str(kind[0] if isinstance(kind, list) and kind else kind)


def _items(script: Any) -> Iterable[dict[str, Any]]:
    if (script.get("type") or "").lower() != "application/ld+json":
        return []
    try:
        data = json.loads(script.text or "", strict=False)
    except (ValueError, RecursionError):
        return []
    roots = data if isinstance(data, list) else [data]
    found = [root for root in roots if isinstance(root, dict)]
    graphs = [root["@graph"] for root in found if isinstance(root.get("@graph"), list)]
    return [*found, *(item for graph in graphs for item in graph if isinstance(item, dict))]


def _name(value: Any) -> str | None:
    """Return a name, or the names of a list, of people or organisations."""
    if isinstance(value, list):
        return ", ".join(name for item in value[:5] if (name := _name(item))) or None
    if isinstance(value, dict):
        value = value.get("name")
    return value.strip() or None if isinstance(value, str) else None


def _title(tree: Any, meta: dict[str, list[str]], item: dict[str, Any], site: str | None) -> str:
    headings = [" ".join(h.text_content().split()) for h in tree.iter("h1")]
    page = " ".join((tree.findtext(".//title") or "").split())
    found = _name(item.get("headline")) or _first(meta, "og:title", "twitter:title") or page
    if len(headings) == 1 and headings[0] and (not found or headings[0] in found):
        return headings[0]
    return without_site(" ".join((found or "").split()), site)


def without_site(title: str, site: str | None) -> str:
    """`Title | Site` without the site; a last part of at most three words is taken for one."""
    parts = re.split(r"\s+[|–—·•»:]\s+|\s+-\s+", title)
    if len(parts) < 2:
        return title
    last = parts[-1]
    named = bool(site) and last.casefold() in {str(site).casefold(), f"the {site}".casefold()}
    guessed = (
        not site
        and re.search(r"\s[|:]\s", title)
        and len(last.split()) <= 3
        and len(last) < len(parts[0])
    )
    return title[: title.rfind(last)].rstrip(" |–—·•»:-") if named or guessed else title


def _dek(meta: dict[str, list[str]], item: dict[str, Any]) -> str | None:
    """Return the description, unless it was cut off or is the site's."""
    for text in (
        _first(meta, "og:description", "description", "twitter:description"),
        item.get("description"),
    ):
        words = " ".join(text.split()) if isinstance(text, str) else ""
        if words and not words.endswith(("...", "…", "[…]")) and len(words) <= 400:
            return words
    return None


def _author(meta: dict[str, list[str]], item: dict[str, Any]) -> str | None:
    named = _name(item.get("author")) or _first(meta, "author", "article:author", "dc.creator")
    return named if named and not re.match(r"https?:|@", named) and len(named) < 100 else None


def _date(meta: dict[str, list[str]], item: dict[str, Any], tree: Any) -> datetime | None:
    stamps = [element.get("datetime") for element in tree.iter("time")][:1]
    named = (
        "article:published_time",
        "og:published_time",
        "date",
        "pubdate",
        "dc.date",
        "publish-date",
    )
    for text in (item.get("datePublished"), _first(meta, *named), *stamps):
        found = moment(text)
        if found:
            return found
    return None


def moment(text: object) -> datetime | None:
    """Return an ISO 8601 date and time; None for anything else."""
    try:
        return datetime.fromisoformat(str(text).strip())
    except ValueError:
        return None


def _guess(
    tree: Any, url: str | None, author: str | None, date: datetime | None
) -> tuple[str | None, datetime | None]:
    from trafilatura.metadata import extract_metadata

    found = extract_metadata(tree, default_url=url)
    return author or (found.author and str(found.author)), date or moment(found.date)


def _canonical(tree: Any, meta: dict[str, list[str]], url: str | None) -> str | None:
    links = [
        link.get("href")
        for link in tree.iter("link")
        if (link.get("rel") or "").lower() == "canonical"
    ]
    found = (web_address(url, link) for link in (*links, _first(meta, "og:url")))
    return next((address for address in found if address), url)


def web_address(base: str | None, link: str | None) -> str | None:
    """Return the absolute http(s) address of a link; None when it has none."""
    try:
        address = urljoin(base or "", (link or "").strip())
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in {"http", "https"} and parts.hostname else None


def _keywords(meta: dict[str, list[str]], item: dict[str, Any]) -> list[str]:
    listed = item.get("keywords")
    texts = listed if isinstance(listed, list) else [listed]
    words = [
        *meta.get("article:tag", []),
        *texts,
        *meta.get("keywords", []),
        *meta.get("news_keywords", []),
    ]
    split = [
        word.strip()
        for text in words
        if isinstance(text, str)
        for word in re.split(r"[,;、，]", text)
    ]
    return [word for word in split if 1 < len(word) <= 40 and ":" not in word][:_KEYWORDS]


def _images(meta: dict[str, list[str]], item: dict[str, Any], url: str | None) -> list[Picture]:
    alt = _first(meta, "og:image:alt", "twitter:image:alt") or ""
    image = item.get("image")
    image = image[0] if isinstance(image, list) and image else image
    image = image.get("url") if isinstance(image, dict) else image
    link = _first(meta, "og:image", "og:image:url", "twitter:image") or image
    address = web_address(url, link) if isinstance(link, str) else None
    return [Picture(address, alt)] if address else []
