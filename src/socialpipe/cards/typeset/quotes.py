"""Typographic marks: straight quotes, dots and double hyphens as each language prints them.

Only the look of a text changes; addresses, handles, hashtags and file names are left alone.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from socialpipe.cards.typeset.rich import Rich

_NARROW = "\u202f"  # no-break: French sets it inside guillemets
# Double and single quotes, opening and closing (Unicode CLDR 48, delimiters).
_QUOTES = {
    "en": ("“", "”", "‘", "’"),
    "de": ("„", "“", "‚", "‘"),
    "fr": (f"«{_NARROW}", f"{_NARROW}»", "“", "”"),
    "ja": ("「", "」", "『", "』"),
    "zh": ("“", "”", "‘", "’"),
    "zh-hant": ("「", "」", "『", "』"),
    "ru": ("«", "»", "„", "“"),
    "uk": ("«", "»", "„", "“"),
    "es": ("«", "»", "“", "”"),
    "it": ("«", "»", "“", "”"),
    "el": ("«", "»", "“", "”"),
    "pl": ("„", "”", "«", "»"),
    "cs": ("„", "“", "‚", "‘"),
    "he": ("”", "”", "’", "’"),
    "ar": ("”", "“", "’", "‘"),
    "fa": ("«", "»", "‹", "›"),
}
_ALIASES = {"zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-mo": "zh-hant"}
_TOKEN = regex.compile(r"\S+")
_ADDRESS = regex.compile(r"//|[@#_\\]|\w\.\w{2,}/|\w\.[a-z]{2,12}(?!\w)")
_AROUND = "\"'()[]{}<>.,;:!?…"  # may touch an address without being part of it
_MARK = regex.compile(r"[\"']|\.\.\.|(?<=\s)--?(?=\s)")
# Apostrophes belong to alphabets; Korean and Japanese quote inside what has no spaces.
_INSIDE_WORD = regex.compile(
    r"[\p{Latin}\p{Cyrillic}\p{Greek}\d]'(?=[\p{Latin}\p{Cyrillic}\p{Greek}])"
)
_LETTER = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Greek}]")
_CUT_FRONT = regex.compile(r"'(?=\d0s\b|(?:tis|twas|em|cause|til)\b)", regex.IGNORECASE)


@lru_cache(maxsize=512)
def typographic(rich: Rich, language: str) -> Rich:
    """Return a text as it is printed, its emphasis on the same words."""
    changes = _changes(rich.text, marks(language)) if _MARK.search(rich.text) else {}
    if not changes:
        return rich
    out, places, at = [], [0] * (len(rich.text) + 1), 0
    for n, char in enumerate(rich.text):
        places[n] = at
        out.append(changes.get(n, char))
        at += len(out[-1])
    places[-1] = at
    return Rich("".join(out), tuple((places[a], places[b]) for a, b in rich.hot))


def marks(language: str) -> tuple[str, str, str, str]:
    """Return the quotes of the nearest language; English ones where none is known."""
    tag = language.lower().replace("_", "-")
    tag = _ALIASES.get(tag, tag)
    while tag and tag not in _QUOTES:
        tag = tag.rpartition("-")[0]
    return _QUOTES[tag or "en"]


def _changes(text: str, quotes: tuple[str, str, str, str]) -> dict[int, str]:
    """Return what stands instead of single code points, by their place."""
    verbatim = _verbatim(text)
    changes: dict[int, str] = {}
    opened: list[str] = []
    for match in _MARK.finditer(text):
        if match.start() in verbatim:
            continue
        mark = match.group()
        if mark in {"'", '"'}:
            changed = _quote(text, match.start(), quotes, opened)
            if changed:
                changes[match.start()] = changed
        else:
            changes[match.start()] = "…" if mark == "..." else "–"
            changes |= dict.fromkeys(range(match.start() + 1, match.end()), "")
    return {} if opened else changes


def _verbatim(text: str) -> set[int]:
    """Return the places of what is an address, a handle, a hashtag or a file name."""
    places: set[int] = set()
    for match in _TOKEN.finditer(text):
        token = match.group()
        if _ADDRESS.search(token):
            start = match.start() + len(token) - len(token.lstrip(_AROUND))
            places |= set(range(start, start + len(token.strip(_AROUND))))
    return places


def _quote(text: str, at: int, quotes: tuple[str, str, str, str], opened: list[str]) -> str:
    """Return the mark in place of a straight one; "" for a prime, which stays."""
    mark = text[at]
    if _is_apostrophe(text, at, opened):
        return "’"
    if opened and opened[-1] == mark:
        opened.pop()
        return quotes[1 if mark == '"' else 3]
    if at and text[at - 1].isdigit():
        return ""
    opened.append(mark)
    return quotes[0 if mark == '"' else 2]


def _is_apostrophe(text: str, at: int, opened: list[str]) -> bool:
    if text[at] != "'":
        return False
    if at and _INSIDE_WORD.match(text, at - 1):
        return True
    if _CUT_FRONT.match(text, at):
        return True
    return bool(at and _LETTER.match(text, at - 1)) and "'" not in opened
