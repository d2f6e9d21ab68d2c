"""Markdown with front matter (YAML between `---`, TOML between `+++`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from socialpipe.errors import Refused
from socialpipe.model import Picture
from socialpipe.text.reading.blocks import Block, Draft, Kind
from socialpipe.text.reading.metadata import moment
from socialpipe.text.reading.pasted import read_as_pasted
from socialpipe.text.reading.pictures import last_line, once, settled

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(
    r"\A\s*(?P<fence>---|\+\+\+)[ ]*\n(?P<body>.*?)\n(?P=fence)[ ]*(?:\n|\Z)", re.DOTALL
)
_DANGEROUS = ("script", "style", "iframe", "template", "noscript", "svg", "object")


def read_markdown(text: str) -> Draft:
    """Blocks and front matter.

    Raises Refused when the front matter cannot be read.
    """
    front = _FRONT.match(text)
    draft = _front(front["fence"], front["body"]) if front else Draft()
    body = _harmless(text[front.end() :] if front else text)
    draft.blocks = _blocks(body, draft)
    first = draft.blocks[0] if draft.blocks else None
    if first and first.kind is Kind.HEADING and draft.title in {"", first.text}:
        draft.title = first.text
        del draft.blocks[0]
    draft.blocks = _with_dek(read_as_pasted(draft.blocks), draft.dek)
    draft.images = settled(once(draft.images), draft.blocks)
    return draft


def _with_dek(blocks: list[Block], dek: str | None) -> list[Block]:
    """Return a dek of the front matter is a sentence of the article: points may rest on it."""
    if not dek or len(dek) < 20 or any(dek[:20] in block.text for block in blocks[:4]):
        return blocks
    return [Block(Kind.PARAGRAPH, dek), *blocks]


def _emphasised(tokens: list[Token]) -> bool:
    """Whether a paragraph is set in emphasis as a whole."""
    kinds = [token.type for token in tokens if token.type != "text" or token.content]
    whole = kinds[:1] in (["em_open"], ["strong_open"]) and kinds[-1].endswith("_close")
    return whole and len(kinds) == kinds.count("text") + kinds.count("softbreak") + 2


def _front(fence: str, body: str) -> Draft:
    data = _load(fence, body)
    keys = {str(key).lower(): value for key, value in data.items()}
    image = keys.get("image") or keys.get("cover") or keys.get("featured_image")
    return Draft(
        title=_text(keys, "title"),
        dek=_text(keys, "description", "subtitle", "summary", "excerpt", "dek") or None,
        language=_text(keys, "lang", "language", "locale") or None,
        author=_names(keys.get("author") or keys.get("authors")) or None,
        published_at=_moment(keys.get("date") or keys.get("published") or keys.get("pubdate")),
        url=_address(_text(keys, "canonical", "canonical_url", "canonicalurl", "url")),
        keywords=_list(keys.get("keywords")) + _list(keys.get("tags")),
        images=[Picture(image)] if isinstance(image, str) and _address(image) else [],
    )


def _load(fence: str, body: str) -> dict[str, Any]:
    import tomllib

    import yaml

    try:
        data = tomllib.loads(body) if fence == "+++" else yaml.safe_load(body)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        where = " ".join(str(error).split())[:160]
        raise Refused(
            f"The front matter cannot be read: {where}.",
            "Mend it, or remove the lines between its fences.",
        ) from error
    return data if isinstance(data, dict) else {}


def _text(keys: dict[str, Any], *names: str) -> str:
    found = (keys[name] for name in names if isinstance(keys.get(name), str))
    return " ".join(next(found, "").split())


def _names(value: object) -> str:
    items = value if isinstance(value, list) else [value]
    named = [item.get("name") if isinstance(item, dict) else item for item in items]
    return ", ".join(name for name in named if isinstance(name, str))


def _list(value: object) -> list[str]:
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    if not isinstance(value, list):
        return []
    return [str(item).strip() for item in value if isinstance(item, (str, int, float))]


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time()) if isinstance(value, date) else moment(value)


def _address(text: str) -> str | None:
    return text if re.match(r"https?://[^\s/]+", text) else None


def _harmless(text: str) -> str:
    """Without elements whose content is no prose. One pass: no pattern can backtrack here."""
    for name in _DANGEROUS:
        pieces, place, lower = [], 0, text.lower()
        while (start := lower.find(f"<{name}", place)) >= 0:
            pieces.append(text[place:start])
            end = lower.find(f"</{name}", start)
            close = lower.find(">", end) if end >= 0 else -1
            place = close + 1 if close >= 0 else len(text)
        text = "".join(pieces) + text[place:]
    return text


def _blocks(body: str, draft: Draft) -> list[Block]:
    from markdown_it import MarkdownIt

    inside: list[str] = []
    blocks: list[Block] = []
    reader = MarkdownIt("commonmark", {"maxNesting": 20})
    # No address gets into the text; one that is refused would stay there with its brackets.
    reader.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    for token in reader.parse(body):
        if token.nesting == 1:
            inside.append(token.type.removesuffix("_open"))
        elif token.nesting == -1:
            inside.pop()
        elif token.type == "inline":
            blocks += _block(_kind(inside), _inline(token.children or []))
            draft.images += _pictures(token.children or [], blocks[-1].text if blocks else "")
            if not draft.dek and len(blocks) < 3 and _emphasised(token.children or []):
                draft.dek = blocks[-1].text
        elif token.type == "html_block":
            blocks += _block(Kind.PARAGRAPH, re.sub(r"<[^<>]*>", " ", token.content))
    return blocks


def _block(kind: Kind, text: str) -> Iterator[Block]:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    joined = "\n".join(line for line in lines if line)
    if joined:
        yield Block(kind, joined if kind is Kind.PARAGRAPH else joined.replace("\n", " "))


def _kind(inside: list[str]) -> Kind:
    if inside[-1] == "heading":
        return Kind.HEADING
    if "list_item" in inside:
        return Kind.BULLET
    return Kind.QUOTE if "blockquote" in inside else Kind.PARAGRAPH


def _pictures(tokens: list[Token], before: str) -> Iterator[Picture]:
    """Return the pictures of a paragraph; they stand after its words, or those `before` it."""
    for token in tokens:
        source = str(token.attrs.get("src", "")) if token.type == "image" else ""
        if _address(source):
            yield Picture(source, token.content, last_line(before))


def _inline(tokens: list[Token]) -> str:
    pieces: list[str] = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"} or token.content.lower().startswith("<br"):
            pieces.append("\n")
        elif token.type not in {"html_inline", "image"}:
            pieces.append(token.content)
    return "".join(pieces)
