"""Bytes that may hold an article, and what is known of them."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from socialpipe.text.reading.charset import decode

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FEED = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)*(?:<!--.*?-->\s*)*<(?:!doctype\s+)?(?:rss|feed|rdf:RDF)\b",
    re.DOTALL | re.IGNORECASE,
)
_JSON_FEED = re.compile(rb'\s*\{.*?"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org', re.DOTALL)
FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")


@dataclass(frozen=True, slots=True)
class Found:
    """`name` is a file name, `url` where it was found, `mime` and `charset` what a server said."""

    data: bytes = field(repr=False)
    name: str = ""
    url: str | None = None
    mime: str = ""
    charset: str = ""

    @property
    def is_pdf(self) -> bool:
        return b"%PDF-" in self.data[:1024]

    @property
    def is_docx(self) -> bool:
        return self.data.startswith(b"PK\x03\x04") and b"word/" in self.data

    @property
    def is_feed(self) -> bool:
        """RSS, Atom or JSON Feed, by what a server or the content says."""
        head = self.data[:4096].removeprefix(codecs.BOM_UTF8)
        return self.mime in FEEDS or bool(_FEED.match(head) or _JSON_FEED.match(head))

    def text(self) -> str:
        """Return the text. A byte order mark counts first, then the server, then the page itself.

        Raises Refused for bytes that are no text.
        """
        if not self.charset or self.data.startswith(_MARKS):
            return decode(self.data)
        # `decode` believes the first declaration that it meets: this one is the server's.
        declared = f'<meta charset="{self.charset}">'
        return decode(declared.encode("ascii", "replace") + self.data).removeprefix(declared)
