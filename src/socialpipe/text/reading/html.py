"""HTML pages: trafilatura finds the article in the page, lxml what the page says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from socialpipe.errors import Refused
from socialpipe.model import Picture
from socialpipe.text import language
from socialpipe.text.lexicon import lexicon
from socialpipe.text.marks import plain
from socialpipe.text.reading.blocks import Block, Draft, Kind
from socialpipe.text.reading.metadata import describe, web_address
from socialpipe.text.reading.pasted import read_as_pasted
from socialpipe.text.reading.pictures import last_line, once, settled

_LITTLE = 80  # code points: less than this the extractor finds where it finds nothing
_DEEPEST = 200  # nested elements; deeper ones only serve to exhaust a parser
_KINDS: dict[str, Kind | None] = {
    **dict.fromkeys(("p", "ab", "dt", "dd"), Kind.PARAGRAPH),
    **dict.fromkeys(("head", "h1", "h2", "h3", "h4", "h5", "h6"), Kind.HEADING),
    **dict.fromkeys(("item", "li"), Kind.BULLET),
    **dict.fromkeys(("quote", "blockquote"), Kind.QUOTE),
    **dict.fromkeys(("code", "pre", "table", "figcaption"), None),  # no prose
}
_FURNITURE = (
    *("script", "style", "template", "noscript", "svg", "iframe", "object", "form", "button"),
    *("select", "nav", "aside", "footer", "header", "dialog", "video", "audio", "canvas"),
)
_ENDS = (".", "!", "。", "！", "।", "”", "»", "」")
_GROUPS = frozenset(
    {"div", "section", "article", "main", "body", "ul", "ol", "list", "td", "th", "tr", "tbody"}
    | {"figure", "center", "details", "summary", "html"}
)


def read_html(text: str, url: str | None) -> Draft:
    """Blocks, metadata and pictures of a page.

    Raises Refused when there is no article on it.
    """
    tree = parse(text)
    draft = describe(tree, url)
    body = _extract(tree, url)
    draft.blocks = list(blocks_of(body)) if body is not None else []
    if _flat(draft.blocks):
        draft.blocks = _whole(tree, draft.blocks)
    shown = body if body is not None else tree
    pictures = once([*draft.images, *_pictures(shown, url)])
    _drop_title(draft)
    draft.blocks = read_as_pasted(_without_offers(draft.blocks))
    draft.images = settled(pictures, draft.blocks)
    if not draft.blocks:
        raise Refused(
            "There is no article on this page: it may need a login or JavaScript.",
            "Paste the text of the article instead.",
        )
    return draft


def fragment(text: str, url: str | None = None) -> Draft:
    """Return the blocks and pictures of a piece of HTML that is all article (a feed's content)."""
    tree = parse(text)
    _prune(tree)
    blocks = read_as_pasted(list(blocks_of(tree)))
    return Draft(blocks, images=settled(once(_pictures(tree, url)), blocks))


def parse(text: str) -> Any:
    """Return the tree of a page or a fragment; comments gone."""
    from lxml import etree, html

    parser = html.HTMLParser(
        remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8"
    )
    source = re.sub(r"^\s*<\?xml[^>]*>", "", text).encode("utf-8", "ignore")
    try:
        tree = html.document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        tree = html.document_fromstring(b"<html><body></body></html>", parser=parser)
    return tree


def _extract(tree: Any, url: str | None) -> Any:
    import copy

    import trafilatura

    found = trafilatura.bare_extraction(
        copy.deepcopy(tree),
        url=url,
        include_comments=False,
        include_images=True,
        include_formatting=True,
        favor_precision=True,
    )
    return getattr(found, "body", None)


def _whole(tree: Any, found: list[Block]) -> list[Block]:
    """Return a page that is little more than its article keeps its own structure."""
    _prune(tree)
    own = list(blocks_of(tree))
    size, most = _size(own), 2 * _size(found)
    said = any(len(block.text) > 30 and block.text.endswith(_ENDS) for block in own)
    return own if (found and size <= most) or (_size(found) < _LITTLE and said) else found


def _without_offers(blocks: list[Block]) -> list[Block]:
    """Without the lines that offer something else: `You may also like`, `Sign up`, addresses."""
    words = lexicon(language.detect("\n".join(block.text for block in blocks)))
    return [
        block
        for block in blocks
        if len(block.text) > 80
        or block.text.endswith(_ENDS)
        or not (words.calls.search(block.text) or re.match(r"https?://\S+$", block.text))
    ]


def _size(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _flat(blocks: list[Block]) -> bool:
    """Return the extractor gave up on structure: one paragraph holds what were many."""
    return len(blocks) < 2 or (len(blocks) == 1 and "\n" in blocks[0].text)


def _prune(tree: Any) -> None:
    from lxml import etree

    etree.strip_elements(tree, *_FURNITURE, with_tail=False)


def blocks_of(tree: Any) -> Iterator[Block]:
    """Blocks in document order; text outside of any block element is a paragraph."""
    loose: list[str] = []
    for kind, text in _pieces(tree, 0):
        if kind is None:
            loose.append(text)
            continue
        yield from _paragraph(loose)
        block = _block(kind, text)
        if block:
            yield block
    yield from _paragraph(loose)


def _paragraph(loose: list[str]) -> Iterator[Block]:
    block = _block(Kind.PARAGRAPH, "".join(loose))
    loose.clear()
    if block:
        yield block


def _block(kind: Kind, text: str) -> Block | None:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    joined = "\n".join(line for line in lines if line)
    if not joined:
        return None
    return Block(kind, joined if kind is Kind.PARAGRAPH else joined.replace("\n", " "))


def _pieces(element: Any, depth: int) -> Iterator[tuple[Kind | None, str]]:
    """(kind, text) of blocks, and (None, text) of what stands loose between them."""
    if depth > _DEEPEST or not isinstance(element.tag, str):
        return
    nested = element.tag in {"item", "li", "quote", "blockquote"} and _has_blocks(element)
    if element.tag in _KINDS and not nested:
        kind = _KINDS[element.tag]
        if kind is not None:
            yield kind, _text(element)
        return
    own = _KINDS.get(element.tag) if nested else None
    yield _loose(own, element.text)
    for child in element:
        if child.tag in _KINDS or child.tag in _GROUPS:
            yield from _own(own, _pieces(child, depth + 1))
        elif isinstance(child.tag, str):
            yield _loose(own, "\n" if child.tag in {"br", "lb"} else _text(child))
        yield _loose(own, child.tail)
    if element.tag in _GROUPS:
        yield Kind.PARAGRAPH, ""  # what stands loose ends where its group does


def _own(
    kind: Kind | None, pieces: Iterator[tuple[Kind | None, str]]
) -> Iterator[tuple[Kind | None, str]]:
    """Paragraphs in a list item are list items."""
    for found, text in pieces:
        yield (kind if kind and found is Kind.PARAGRAPH else found), text


def _loose(kind: Kind | None, text: str | None) -> tuple[Kind | None, str]:
    return kind, re.sub(r"\s+", " ", text or "") if text != "\n" else "\n"


def _has_blocks(element: Any) -> bool:
    return any(child.tag in _KINDS or child.tag in _GROUPS for child in element)


def _text(element: Any) -> str:
    """Return the words of an element; `<br>` and `<lb/>` break the line."""
    pieces = [re.sub(r"\s+", " ", element.text or "")]
    for child in element.iterdescendants():
        if child.tag in {"br", "lb"}:
            pieces.append("\n")
        elif isinstance(child.tag, str) and child.tag not in {"script", "style", "graphic"}:
            pieces.append(re.sub(r"\s+", " ", child.text or ""))
        pieces.append(re.sub(r"\s+", " ", child.tail or ""))
    return "".join(pieces)


def _pictures(body: Any, url: str | None) -> Iterator[Picture]:
    """Yield what the article shows, each with the line of text that it stands after."""
    before = ""
    for element in body.iter("graphic", "img", *(tag for tag, kind in _KINDS.items() if kind)):
        if element.tag not in {"graphic", "img"}:
            before = last_line(_text(element)) or before
        elif (source := element.get("src")) and (address := web_address(url, source)):
            yield Picture(address, " ".join((element.get("alt") or "").split()), before)


def _drop_title(draft: Draft) -> None:
    """Return the headline is no part of the body."""
    for i, block in enumerate(draft.blocks[:3]):
        if draft.title and plain(block.text).casefold() == plain(draft.title).casefold():
            del draft.blocks[i]
            return
        if block.kind is Kind.HEADING and not draft.title:
            draft.title = block.text
            del draft.blocks[i]
            return
