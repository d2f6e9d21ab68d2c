"""Bluesky's marks on a text: links and hashtags by UTF-8 byte offsets (app.bsky.richtext.facet).

Nothing is linked by the server, so what is not marked here stays plain text.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from socialpipe.model import Json

_URL = regex.compile(r"https?://[^\s<>\"]+")
# Starts the text or follows white space; ends at white space; needs something else than digits and
# punctuation (bluesky-social/atproto, packages/api/src/rich-text, 2026-08-20).
_TAG = regex.compile(r"(?<=^|\s)[#＃](?=\S*[^\d\s\p{P}])([^\s\u00AD\u2060\u200A-\u200D]+)")
_TAIL = regex.compile(r"\p{P}+$")
LONGEST_TAG = 640  # bytes; 64 graphemes


def facets(text: str, link: str | None = None) -> list[Json]:
    """Mark every link and hashtag; `link` is known exactly, also where letters follow it."""
    links = list(_links(text, link))
    inside = [range(start, end) for start, end, _ in links]
    tags = [tag for tag in _tags(text) if not any(tag[0] in span for span in inside)]
    return [_facet(text, *mark) for mark in sorted(links + tags, key=lambda mark: mark[0])]


def _links(text: str, link: str | None) -> Iterator[tuple[int, int, Json]]:
    for match in _URL.finditer(text):
        url = match.group()
        url = link if link and url.startswith(link) else _trimmed(url)
        feature = {"$type": "app.bsky.richtext.facet#link", "uri": url}
        yield match.start(), match.start() + len(url), feature


def _trimmed(url: str) -> str:
    """Without the punctuation of the sentence around it."""
    url = url.rstrip(".,;:!?")
    return url[:-1] if url.endswith(")") and "(" not in url else url


def _tags(text: str) -> Iterator[tuple[int, int, Json]]:
    for match in _TAG.finditer(text):
        tag = _TAIL.sub("", match.group(1))
        if tag and len(tag.encode()) <= LONGEST_TAG:
            feature = {"$type": "app.bsky.richtext.facet#tag", "tag": tag}
            yield match.start(), match.start(1) + len(tag), feature


def _facet(text: str, start: int, end: int, feature: Json) -> Json:
    before = len(text[:start].encode())
    index = {"byteStart": before, "byteEnd": before + len(text[start:end].encode())}
    return {"index": index, "features": [feature]}
