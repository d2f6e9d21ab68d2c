"""A whole article as Markdown (CommonMark) for blogs: headings, lists, quotations, links, pictures.

Its words are escaped, so that nothing in them is markup: what is marked up here is all there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from socialpipe.errors import Refused
from socialpipe.model import Article, Picture, Section
from socialpipe.text.links import portable

_ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]'”’」』）。，、])")
_MARKUP = re.compile(r"[\\`*_{}\[\]<>~|&]")
_LEADING = re.compile(r"^(\s*\d*)([#+=.)-])(?=[\s#=-]|$)")  # of a heading, a list or a rule
_SPOKEN = re.compile(r"^[“\"「『«„](.+)[”\"」』»“]$", re.DOTALL)


def markdown(article: Article) -> str:
    """Return the article's text with its structure marked up."""
    sections = article.sections or (Section("", article.text),)
    pictures = [picture for picture in article.images if picture.after is not None]
    blocks = list(_shown(pictures, {""}))
    for section in sections:
        if section.heading and section.heading != article.title:
            blocks.append(f"## {literal(section.heading)}")
        blocks += _shown(pictures, {section.heading} - {""})
        for block in re.split(r"\n\s*\n", section.text):
            blocks += _block(block, set(article.quotes))
            lines = {line.removeprefix("- ") for line in block.split("\n")}
            blocks += _shown(pictures, lines - {""})
    return "\n\n".join(blocks)


def _shown(pictures: list[Picture], lines: set[str]) -> Iterator[str]:
    """Yield the pictures that follow one of the lines, and take them off the list."""
    for picture in [picture for picture in pictures if picture.after in lines]:
        pictures.remove(picture)
        with suppress(Refused):  # no web address: nothing to show
            alt = literal(" ".join(picture.alt.split()))
            yield f"![{alt}](<{portable(picture.url)}>)"


def literal(text: str) -> str:
    """Keep a line from being taken for markup; a web address becomes a link."""
    pieces = _ADDRESS.split(text)
    pieces[::2] = [_MARKUP.sub(r"\\\g<0>", piece) for piece in pieces[::2]]
    pieces[1::2] = [f"<{address}>" for address in pieces[1::2]]
    return _LEADING.sub(r"\1\\\2", "".join(pieces))


def _block(block: str, quotes: set[str]) -> Iterator[str]:
    lines = [line for line in block.split("\n") if line.strip()]
    if not lines:
        return
    if all(line.startswith("- ") for line in lines):
        yield "\n".join(f"- {literal(line[2:])}" for line in lines)
        return
    shown = "\\\n".join(literal(line) for line in lines)
    spoken = _SPOKEN.match(block.strip())
    yield f"> {shown}" if spoken and spoken[1].strip(" ,，、\u00a0\u202f") in quotes else shown
