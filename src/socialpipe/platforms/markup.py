"""Posts as HTML and Markdown, and names for them that follow from the key: blogs want these.

What a blog gets is Markdown (`text.longform`); everything else is plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from socialpipe.platforms.base import PartRequest

Image = tuple[str, str]  # address, alt text
BULLETS = ("• ", "✔ ")

_URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")


def html_body(request: PartRequest, images: Iterable[Image] = ()) -> str:
    """Paragraphs, lists, line breaks and links, after the images."""
    blocks = re.split(r"\n\s*\n", request.text.strip())
    paragraphs = [piece for block in blocks if block for piece in _paragraph(block)]
    return "\n".join([*_figures(images), *paragraphs, *_missing_link(request)])


def article_html(request: PartRequest, images: Iterable[Image] = ()) -> str:
    """Return a text in Markdown as HTML, after the images; HTML in it is shown, not obeyed."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False})
    body = reader.render(request.text).strip()
    return "\n".join([*_figures(images), body, *_missing_link(request)])


def article_markdown(request: PartRequest) -> str:
    """Return a text that is Markdown, with the link where the text has it not."""
    return "\n\n".join([request.text.strip(), *_missing_address(request)])


def markdown_body(request: PartRequest, images: Iterable[Image] = ()) -> str:
    """Markdown that shows the text as it is, after the images."""
    shown = [f"![{_plain(alt)}]({url})" for url, alt in images]
    said = escape_markdown(request.text.strip())
    return "\n\n".join([*shown, said, *_missing_address(request)])


def escape_markdown(text: str) -> str:
    """Keep characters of a plain text from marking it up; a line end stays one."""
    pieces = re.split(f"({_URL.pattern})", text)
    quoted = [re.sub(r"([\\`*_{}\[\]<>])", r"\\\1", piece) for piece in pieces[::2]]
    pieces[::2] = [re.sub(r"(?m)^(\s*)([#+>-]|\d+[.)])(?=\s)", r"\1\\\2", p) for p in quoted]
    return re.sub(r"(?<!\n)\n(?!\n)", "  \n", "".join(pieces))


def title(request: PartRequest, longest: int) -> str:
    """Take the title, or the first line, of at most `longest` code points."""
    words = " ".join((request.title or request.text.strip().partition("\n")[0]).split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def slug(request: PartRequest) -> str:
    """Name the post in its address: ASCII, the same at every try, and so a means to find it."""
    return f"sp-{request.key.replace('-', '')[:20].lower()}"


def _figures(images: Iterable[Image]) -> list[str]:
    return [
        f'<figure><img src="{escape(url)}" alt="{escape(alt)}"></figure>' for url, alt in images
    ]


def _paragraph(block: str) -> Iterator[str]:
    """Write lines as a paragraph, and lines with bullets as a list."""
    for listed, lines in groupby(block.split("\n"), key=lambda line: line.startswith(BULLETS)):
        shown = [_inline(line[2:]) if listed else _inline(line) for line in lines]
        items = "".join(f"<li>{line}</li>" for line in shown)
        breaks = "<br>\n".join(shown)
        yield f"<ul>{items}</ul>" if listed else f"<p>{breaks}</p>"


def _inline(block: str) -> str:
    linked = _URL.sub(lambda m: f"\0{m.group()}\1", block)
    return re.sub("\0(.*?)\1", r'<a href="\1">\1</a>', escape(linked, quote=False))


def _missing_link(request: PartRequest) -> list[str]:
    if not request.link or request.link in request.text:
        return []
    url = escape(request.link)
    return [f'<p><a href="{url}">{url}</a></p>']


def _missing_address(request: PartRequest) -> list[str]:
    return [f"<{request.link}>"] if request.link and request.link not in request.text else []


def _plain(alt: str) -> str:
    return re.sub(r"[\[\]\\\n]", " ", alt)
