"""What a text quotes, as spans of it."""

from __future__ import annotations

import re

from socialpipe.text.lexicon import UNSPACED

_QUOTES = re.compile(
    r"“(?P<a>[^“”\n]{2,500})”|«\s?(?P<b>[^«»\n]{2,500}?)\s?»|„(?P<c>[^„“”\n]{2,500})[“”]"
    r"|「(?P<d>[^「」\n]{2,500})」|『(?P<e>[^『』\n]{2,500})』|(?<![\w])\"(?P<f>[^\"\n]{2,500})\"(?!\w)"
    r"|(?<!\w)‘(?P<g>[^‘’\n]{25,500})’(?!\w)"
)


def quotes(text: str, language: str) -> list[tuple[int, int]]:
    """Spans of the words inside quotation marks; a single quoted term is no quotation."""
    found = [match.span(match.lastgroup or 0) for match in _QUOTES.finditer(text)]
    spans = [(a, a + len(text[a:b].rstrip(" ,，、"))) for a, b in found]
    return [(a, b) for a, b in spans if _speaks(text[a:b], language)]


def _speaks(quote: str, language: str) -> bool:
    if language in UNSPACED:
        return len(quote) >= 8
    return len(quote.split()) >= 2
