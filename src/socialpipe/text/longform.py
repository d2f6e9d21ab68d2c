"""A whole article as Markdown (CommonMark) for blogs: headings, lists, quotations, links.

Its words are escaped, so that nothing in them is markup: what is marked up here is all there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from socialpipe.model import Article, Section

_ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]'”’」』）。，、])")
_MARKUP = re.compile(r"[\\`*_{}\[\]<>~|&]")
_LEADING = re.compile(r"^(\s*\d*)([#+=.)-])(?=[\s#=-]|$)")  # of a heading, a list or a rule
_SPOKEN = re.compile(r"^[“\"「『«„](.+)[”\"」』»“]$", re.DOTALL)


def markdown(article: Article) -> str:
    """Return the article's text with its structure marked up."""
    sections = article.sections or (Section("", article.text),)
    blocks: list[str] = []
    for section in sections:
        if section.heading and section.heading != article.title:
            blocks.append(f"## {literal(section.heading)}")
        blocks += _blocks(section.text, set(article.quotes))
    return "\n\n".join(blocks)


def literal(text: str) -> str:
    """Keep a line from being taken for markup; a web address becomes a link."""
    pieces = _ADDRESS.split(text)
    pieces[::2] = [_MARKUP.sub(r"\\\g<0>", piece) for piece in pieces[::2]]
    pieces[1::2] = [f"<{address}>" for address in pieces[1::2]]
    return _LEADING.sub(r"\1\\\2", "".join(pieces))


def _blocks(text: str, quotes: set[str]) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.split("\n") if line.strip()]
        if not lines:
            continue
        if all(line.startswith("- ") for line in lines):
            yield "\n".join(f"- {literal(line[2:])}" for line in lines)
            continue
        shown = "\\\n".join(literal(line) for line in lines)
        spoken = _SPOKEN.match(block.strip())
        yield f"> {shown}" if spoken and spoken[1].strip(" ,，、\u00a0\u202f") in quotes else shown
