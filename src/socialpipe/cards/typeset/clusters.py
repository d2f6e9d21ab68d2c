"""What a reader calls a character, and whether it is text or a colour emoji."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

_CLUSTER = regex.compile(r"\X")
# Unicode Technical Standard 51: a default emoji, a flag, or a text symbol made emoji by U+FE0F,
# a skin tone or a joiner. U+FE0E asks for text.
_DEFAULT_EMOJI = regex.compile(r"\p{Emoji_Presentation}|\p{Regional_Indicator}")
_MADE_EMOJI = regex.compile(r"[\p{Emoji}].*[\uFE0F\u20E3\u200D\p{Emoji_Modifier}]", regex.DOTALL)
_KEPT_FORMAT = frozenset("\u200c\u200d\u2060\u00ad") | {chr(c) for c in range(0xE0020, 0xE0080)}
MODIFIERS = frozenset({0x200B, 0x200C, 0x200D, 0x2060, 0xFE0E, 0xFE0F, 0xAD})


def clusters(text: str) -> list[str]:
    """Split into grapheme clusters (UAX 29)."""
    return _CLUSTER.findall(text)


@lru_cache(maxsize=4096)
def is_emoji(cluster: str) -> bool:
    """Whether the cluster is to be drawn in colour."""
    if "\ufe0e" in cluster:
        return False
    return bool(_DEFAULT_EMOJI.match(cluster) or _MADE_EMOJI.match(cluster))


def printable(text: str, *, longest: int = 2000) -> str:
    """Return one line of text fit to be drawn: no controls, surrogates or direction overrides.

    At most `longest` code points are looked at: no card shows more.
    """
    text = text[:longest]
    if not text.isprintable():
        text = "".join(char if _is_printable(char) else " " for char in text)
    return unicodedata.normalize("NFC", text).strip()


def _is_printable(char: str) -> bool:
    if char in _KEPT_FORMAT:
        return True
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
