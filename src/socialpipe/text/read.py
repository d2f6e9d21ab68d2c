"""Read an article, whatever it comes as: plain text, Markdown or HTML, in any charset."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from socialpipe.errors import Refused
from socialpipe.model import Article, Section
from socialpipe.text import figures, language, quotes
from socialpipe.text.lexicon import Lexicon, lexicon
from socialpipe.text.marks import plain
from socialpipe.text.reading.blocks import Block, Draft, Kind
from socialpipe.text.reading.charset import decode
from socialpipe.text.reading.clean import clean
from socialpipe.text.reading.conventions import (
    boilerplate,
    checklist,
    distinct,
    take_byline,
    take_hashtags,
    take_keywords,
)

LARGEST = 5_000_000  # bytes or code points of a source
_LETTERS = 10  # fewer than this is no article

_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    r"<(?:!doctype html|html|head|body|article|main|div|p|h1|section)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKDOWN = re.compile(
    r"\A\s*(?:---|\+\+\+)\n|^#{1,6} \S|\]\(https?://|^```|^\*\*[^*\n]+\*\*$", re.MULTILINE
)


def read(data: bytes | str, *, name: str = "", url: str | None = None) -> Article:
    """Return the article in these bytes; `name` is a file name, `url` where it was found.

    Raises Refused when it is too large, binary, or has nothing to say.
    """
    if len(data) > LARGEST:
        raise Refused(
            f"This article is larger than {LARGEST // 1_000_000} MB.",
            "Hand over the text of one article.",
        )
    text = decode(data) if isinstance(data, bytes) else data
    return assemble(draft(clean(text.removeprefix("\ufeff")), name, url), url)


def draft(text: str, name: str, url: str | None) -> Draft:
    """Let the reader of its format read a cleaned text."""
    form = sniff(text, name)
    if form == "html":
        from socialpipe.text.reading.html import read_html

        return read_html(text, url)
    if form == "markdown":
        from socialpipe.text.reading.markdown import read_markdown

        return read_markdown(text)
    from socialpipe.text.reading.plain import read_plain

    return read_plain(text, lexicon(language.detect(text)))


def sniff(text: str, name: str = "") -> str:
    """Tell html, markdown and plain apart, by the name's suffix, else by the content."""
    suffix = name.lower().rpartition(".")[2] if "." in name else ""
    if suffix in {"md", "markdown", "mdown"}:
        return "markdown"
    if suffix in {"html", "htm", "xhtml"} or _HTML.match(text[:4000]):
        return "html"
    return "markdown" if suffix != "txt" and _MARKDOWN.search(text[:20_000]) else "plain"


def assemble(source: Draft, url: str | None = None) -> Article:
    """One article from what a format's reader found."""
    body = "\n".join(block.text for block in source.blocks)
    words = lexicon(language.detect(body or source.title, source.language))
    blocks, hashtags = take_hashtags(source.blocks)
    blocks, keywords = take_keywords(blocks, words)
    blocks, author = take_byline(blocks, words)
    source = replace(
        source, author=source.author or author, keywords=distinct([*source.keywords, *keywords])
    )
    return _article(source, blocks, hashtags, words, url)


def _article(
    source: Draft, blocks: list[Block], hashtags: list[str], words: Lexicon, url: str | None
) -> Article:
    text = _text(blocks)
    letters = sum(character.isalpha() for character in text[:10_000])
    if letters < _LETTERS or boilerplate(blocks, words):
        raise Refused(
            "There is no article here: no text is left without menus, tags and emoji.",
            "Check the address or the file, or paste the text itself.",
        )
    title, dek = _title(source, blocks)
    return Article(
        title=title,
        text=text,
        language=words.language,
        url=source.url or url,
        author=source.author,
        published_at=_utc(source.published_at),
        site=source.site,
        dek=dek,
        sections=tuple(_sections(blocks)),
        bullets=tuple(block.plain for block in blocks if block.kind is Kind.BULLET),
        quotes=tuple(distinct(text[a:b] for a, b in quotes.quotes(text, words.language))),
        statistics=tuple(
            distinct(f.text for f in figures.figures(f"{title}\n{text}", words.language))
        ),
        checklist=tuple(checklist(blocks, words)),
        keywords=tuple(source.keywords),
        hashtags=tuple(hashtags),
        images=tuple(source.images),
    )


def _utc(moment: datetime | None) -> datetime | None:
    """Return a date without a zone is taken for UTC."""
    if moment is None:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(blocks: list[Block]) -> str:
    """Return the blocks with blank lines between them, but none inside a list."""
    pieces: list[str] = []
    for i, block in enumerate(blocks):
        listed = i and block.kind is blocks[i - 1].kind is Kind.BULLET
        pieces += ["\n" if listed else "\n\n"] if i else []
        pieces.append(block.shown)
    return "".join(pieces)


def _sections(blocks: list[Block]) -> list[Section]:
    sections: list[Section] = []
    heading, below = "", list[Block]()
    for block in [*blocks, Block(Kind.HEADING, "")]:
        if block.kind is not Kind.HEADING:
            below.append(block)
            continue
        if heading or below:
            sections.append(Section(heading, _text(below)))
        heading, below = block.plain, []
    return sections


_DASH = re.compile(r"\s[–—―-]\s|\s?——\s?|\s\|\s")


def _title(source: Draft, blocks: list[Block]) -> tuple[str, str | None]:
    """Return the title, and the dek: the author's own, else what follows a dash in the title."""
    title = plain(source.title)
    if not title:
        heading = next((block for block in blocks if block.kind is Kind.HEADING), None)
        title = heading.plain if heading else ""
    if source.dek or not title:
        return title or _opening(blocks), source.dek
    parts = _DASH.split(title, maxsplit=1)
    return title, parts[1] if len(parts) == 2 and min(map(len, parts)) >= 8 else None


def _opening(blocks: list[Block]) -> str:
    """No title anywhere: the first words stand in for one."""
    first = plain(blocks[0].text)
    words = re.match(r"[^\n.!?。！？]{1,100}(?!\w)", first)
    return words[0].strip() if words else first[:100]
