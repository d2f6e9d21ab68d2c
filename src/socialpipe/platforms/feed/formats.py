"""A JSON Feed as RSS 2.0 and as Atom (RFC 4287)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from socialpipe.model import Json

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
MEDIA = "http://search.yahoo.com/mrss/"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

ET.register_namespace("atom", ATOM)
ET.register_namespace("content", CONTENT)
ET.register_namespace("media", MEDIA)


def rss(feed: Json, here: str) -> bytes:
    """Write RSS; `here` is its own address."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", feed["title"])
    _add(channel, "link", feed["home_page_url"])
    _add(channel, "description", feed["title"])
    _add(channel, f"{{{ATOM}}}link", rel="self", href=here, type="application/rss+xml")
    for item in feed["items"]:
        _rss_item(_add(channel, "item"), item)
    return _bytes(root)


def _rss_item(entry: ET.Element, item: Json) -> None:
    _add(entry, "title", item["title"])
    if item.get("url"):
        _add(entry, "link", item["url"])
    _add(entry, "guid", item["id"], isPermaLink="false")
    at = datetime.fromisoformat(item["date_published"]).astimezone(UTC)
    _add(entry, "pubDate", format_datetime(at))
    _add(entry, "description", item["content_text"])
    _add(entry, f"{{{CONTENT}}}encoded", item["content_html"])
    for tag in item["tags"]:
        _add(entry, "category", tag)
    for n, file in enumerate(item["attachments"]):
        kind, size = file["mime_type"], str(file["size_in_bytes"])
        if n == 0:  # one enclosure an item
            _add(entry, "enclosure", url=file["url"], length=size, type=kind)
        shown = _add(entry, f"{{{MEDIA}}}content", url=file["url"], type=kind, medium="image")
        _add(shown, f"{{{MEDIA}}}description", file["title"])


def atom(feed: Json, here: str) -> bytes:
    """Write Atom; `here` is its own address and its id."""
    root = ET.Element(f"{{{ATOM}}}feed")
    _add(root, f"{{{ATOM}}}id", here)
    _add(root, f"{{{ATOM}}}title", feed["title"])
    _add(root, f"{{{ATOM}}}updated", feed["items"][0]["date_published"])
    _add(root, f"{{{ATOM}}}link", rel="self", href=here)
    author = _add(root, f"{{{ATOM}}}author")
    _add(author, f"{{{ATOM}}}name", feed["title"])
    for item in feed["items"]:
        _atom_entry(_add(root, f"{{{ATOM}}}entry"), item)
    return _bytes(root)


def _atom_entry(entry: ET.Element, item: Json) -> None:
    _add(entry, f"{{{ATOM}}}id", item["id"])
    _add(entry, f"{{{ATOM}}}title", item["title"])
    for name in ("published", "updated"):
        _add(entry, f"{{{ATOM}}}{name}", item["date_published"])
    if item.get("url"):
        _add(entry, f"{{{ATOM}}}link", rel="alternate", href=item["url"])
    _add(entry, f"{{{ATOM}}}content", item["content_html"], type="html")
    for tag in item["tags"]:
        _add(entry, f"{{{ATOM}}}category", term=tag)


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    clean = {key: _NOT_XML.sub("", value) for key, value in attributes.items()}
    child = ET.SubElement(parent, name, clean)
    child.text = None if text is None else _NOT_XML.sub("", text)
    return child


def _bytes(root: ET.Element) -> bytes:
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
