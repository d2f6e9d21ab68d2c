"""How long a text is by a platform's own measure, and why a platform would not take it.

Preview, fitting and validation all ask here, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

import regex

from socialpipe.model import Limits, Unit
from socialpipe.text import entities
from socialpipe.text.littletext import little_text
from socialpipe.text.weighted import weighted_length

_GRAPHEME = regex.compile(r"\X")
# UAX 29 GB9c joins a linker and the consonant after it where a consonant is before it, too; \X
# does not look before it (regex 2026.11).
_LOOSE_LINKER = regex.compile(
    r"(?<!\p{InCB=Consonant}[\p{InCB=Extend}\p{InCB=Linker}]*)"
    r"\p{InCB=Linker}[\p{InCB=Extend}\p{InCB=Linker}]*\p{InCB=Consonant}"
)
_PICTOGRAPH = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]")
_LONE_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_NEVER_ON_X = regex.compile(r"[\ufffe\ufeff\uffff]")  # twitter-text: invalid characters
# A remote account counts as its local name: mastodon, app/models/account.rb MENTION_RE and
# app/validators/status_length_validator.rb, 4.5.
_REMOTE_ACCOUNT = regex.compile(
    r"(?<![=/\w])(@[a-z0-9_]+(?:[a-z0-9_.\-]*[a-z0-9_])?)@[\w.\-]*\w", regex.IGNORECASE
)

NAMES = {
    Unit.WEIGHTED: "weighted characters",
    Unit.GRAPHEMES: "characters",
    Unit.UTF16: "UTF-16 units",
    Unit.CODEPOINTS: "characters",
    Unit.EMOJI_BYTES: "characters (an emoji is as many as its bytes)",
    Unit.ESCAPED: "characters after escaping",
    Unit.ENTITIES: "characters after escaping",
    Unit.BYTES: "bytes",
}


def measure(text: str, limits: Limits) -> int:
    """Return the length of `text` in `limits.unit`, each URL weighing `limits.link` if set."""
    if limits.unit is not Unit.WEIGHTED and limits.link is not None:
        text = _with_flat_links(text, limits.link)
    return _MEASURES[limits.unit](text)


def problems(text: str, limits: Limits, *, with_image: bool = False) -> list[str]:
    """Say why `text` cannot be sent as one part, a sentence each; an empty list: it can."""
    return [
        sentence
        for sentence in (
            _empty(text),
            _malformed(text, limits),
            _too_long(text, limits, with_image=with_image),
            _too_many_bytes(text, limits),
            *_too_many_entities(text, limits),
        )
        if sentence
    ]


def graphemes(text: str) -> int:
    """Return how many characters a reader sees (extended grapheme clusters)."""
    if text.isascii() and "\r" not in text:
        return len(text)
    return len(_GRAPHEME.findall(text)) + len(_LOOSE_LINKER.findall(text))


def utf16(text: str) -> int:
    """Return the length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def emoji_bytes(text: str) -> int:
    """Return the length by code points, emoji by UTF-8 bytes (Threads docs, 2026-01).

    Other programs count graphemes; this is never less than what they get.
    """
    if not _PICTOGRAPH.search(text):
        return len(text)
    return sum(
        utf8(grapheme) if _PICTOGRAPH.search(grapheme) else len(grapheme)
        for grapheme in _GRAPHEME.findall(text)
    )


def escaped(text: str) -> int:
    """Return the length as LinkedIn counts it: of what is sent."""
    return utf16(little_text(text))


def with_entities(text: str) -> int:
    """Return the length as Slack counts it: of what is sent, `&amp;` for &, `&lt;`, `&gt;`."""
    return utf16(escape(text, quote=False))


def utf8(text: str) -> int:
    """Return the length in UTF-8 bytes."""
    return len(text.encode("utf-8", "surrogatepass"))


_MEASURES: dict[Unit, Callable[[str], int]] = {
    Unit.WEIGHTED: weighted_length,
    Unit.GRAPHEMES: graphemes,
    Unit.UTF16: utf16,
    Unit.CODEPOINTS: len,
    Unit.EMOJI_BYTES: emoji_bytes,
    Unit.ESCAPED: escaped,
    Unit.ENTITIES: with_entities,
    Unit.BYTES: utf8,
}


def _with_flat_links(text: str, weight: int) -> str:
    pieces, position = [], 0
    for url in entities.urls(text, bare=False):
        pieces += [text[position : url.start], "x" * weight]
        position = url.end
    return _REMOTE_ACCOUNT.sub(r"\1", "".join(pieces) + text[position:])


def _empty(text: str) -> str:
    return "" if text.strip() else "The text is empty."


def _malformed(text: str, limits: Limits) -> str:
    if found := _LONE_SURROGATE.search(text):
        return f"Half of a surrogate pair stands alone at character {found.start() + 1}."
    if limits.unit is Unit.WEIGHTED and (found := _NEVER_ON_X.search(text)):
        return f"Character {found.start() + 1} (U+{ord(found[0]):04X}) is not allowed."
    return ""


def _too_long(text: str, limits: Limits, *, with_image: bool) -> str:
    length, limit = measure(text, limits), limits.text_limit(with_image=with_image)
    if length <= limit:
        return ""
    return (
        f"The text is {length} {NAMES[limits.unit]} long; {limit} are allowed: "
        f"{length - limit} too many."
    )


def _too_many_bytes(text: str, limits: Limits) -> str:
    size = utf8(text)
    if limits.text_bytes is None or size <= limits.text_bytes:
        return ""
    return (
        f"The text is {size} bytes in UTF-8; {limits.text_bytes} are allowed: "
        f"{size - limits.text_bytes} too many."
    )


def _too_many_entities(text: str, limits: Limits) -> Iterator[str]:
    """Networks that cap hashtags, mentions or links refuse the post or drop its whole text."""
    caps: tuple[tuple[str, int | None, Callable[[str], list[entities.Entity]]], ...] = (
        ("hashtags", limits.hashtags_most, entities.hashtags),
        ("mentions", limits.mentions_most, entities.mentions),
        ("links", limits.links_most, entities.urls),
    )
    for name, most, find in caps:
        if most is None:
            continue
        count = len({found.text for found in find(text)})
        if count > most:
            yield f"The text has {count} {name}; {most} are allowed: {count - most} too many."
