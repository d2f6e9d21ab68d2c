"""Posts as HTML and Markdown, and names for them that follow from the key: blogs want these."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from socialpipe.platforms.base import PartRequest

Image = tuple[str, str]  # address, alt text

_URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")


def html_body(request: PartRequest, images: Iterable[Image] = ()) -> str:
    """Paragraphs, line breaks and links, after the images."""
    figures = [
        f'<figure><img src="{escape(url)}" alt="{escape(alt)}"></figure>' for url, alt in images
    ]
    blocks = re.split(r"\n\s*\n", request.text.strip())
    paragraphs = [f"<p>{_inline(block)}</p>" for block in blocks if block]
    return "\n".join([*figures, *paragraphs, *_missing_link(request)])


def markdown_body(request: PartRequest, images: Iterable[Image] = ()) -> str:
    """Markdown that shows the text as it is, after the images."""
    shown = [f"![{_plain(alt)}]({url})" for url, alt in images]
    link = [f"<{request.link}>"] if request.link and request.link not in request.text else []
    return "\n\n".join([*shown, escape_markdown(request.text.strip()), *link])


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


def _inline(block: str) -> str:
    linked = _URL.sub(lambda m: f"\0{m.group()}\1", block)
    shown = escape(linked, quote=False).replace("\n", "<br>\n")
    return re.sub("\0(.*?)\1", r'<a href="\1">\1</a>', shown)


def _missing_link(request: PartRequest) -> list[str]:
    if not request.link or request.link in request.text:
        return []
    url = escape(request.link)
    return [f'<p><a href="{url}">{url}</a></p>']


def _plain(alt: str) -> str:
    return re.sub(r"[\[\]\\\n]", " ", alt)
