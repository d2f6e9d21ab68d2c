"""Where sentences begin and end, as spans of the text."""

from __future__ import annotations

import re
from functools import lru_cache

import regex

from socialpipe.text.lexicon import UNSPACED, Lexicon
from socialpipe.text.marks import EMOJI

_QUOTED = re.compile(
    r"“[^“”\n]{0,400}”|「[^「」\n]{0,400}」|『[^『』\n]{0,400}』|«[^«»\n]{0,400}»|„[^„“”\n]{0,400}[“”]"
)
_CLOSERS = "\"'”’»」』）)\\]】"


@lru_cache(maxsize=1)
def _end() -> regex.Pattern[str]:
    return regex.compile(
        rf"(?P<mark>[.!?…‼⁉]+|[。！？｡؟۔।॥]+)(?P<close>[{_CLOSERS}]*)(?P<after>(?:\s*{EMOJI})*)(?=(?P<gap>\s*))"
    )


def split(text: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Spans `[start, end)` of the sentences of a text; a line end always ends one."""
    spans: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        pieces = _thai(line, lexicon) if lexicon.language == "th" else _line(line, lexicon)
        spans += [trimmed for a, b in pieces if (trimmed := _strip(text, start + a, start + b))]
        start += len(line) + 1
    return spans


def _strip(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end -= len(piece) - len(piece.rstrip())
    return (start, end) if start < end else None


def _line(line: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    quoted = [found.span() for found in _QUOTED.finditer(line)]
    spans, start = [], 0
    for found in _end().finditer(line):
        if _ends(line, found, quoted, lexicon):
            spans.append((start, found.end()))
            start = found.end()
    return [*spans, (start, len(line))]


def _ends(
    line: str, found: regex.Match[str], quoted: list[tuple[int, int]], lexicon: Lexicon
) -> bool:
    rest = line[found.end() :].lstrip()
    if not rest:
        return True
    if any(a < found.start() and found.end() < b for a, b in quoted):
        return False
    wide = found["mark"][0] in "。！？｡।॥؟۔"
    if not found["gap"] and not wide:
        return False
    if found["close"] and lexicon.continues.match(rest):
        return False
    return wide or _latin_end(line, found, rest, lexicon)


def _latin_end(line: str, found: regex.Match[str], rest: str, lexicon: Lexicon) -> bool:
    if rest[0].islower():
        return False
    if found["mark"].startswith("…") or found["mark"].startswith("..."):
        return not found["after"] and rest[0].isupper()
    if found["mark"] != ".":
        return True
    word = re.search(r"[\w.]*$", line[max(0, found.start() - 20) : found.start()])
    token = word[0] if word else ""
    initial = len(token) == 1 and token.isalpha() and token.isupper()
    numbered = token.isdigit() and len(token) <= 2 and found.start() <= 3
    ordinal = token.isdigit() and lexicon.language in {"de", "tr", "pl"} and len(token) <= 2
    return not (initial or numbered or ordinal or token in lexicon.abbreviations)


def _thai(line: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Thai puts a space, no mark, between sentences, but also between clauses and around names.

    A space ends a sentence when enough was said and what follows opens a new one.
    """
    spans, start = [], 0
    for found in re.finditer(r"\s+", line):
        said = found.start() - start
        if said >= 40 and (said >= 220 or lexicon.starters.match(line, found.end())):
            spans.append((start, found.start()))
            start = found.end()
    return [*spans, (start, len(line))]


def joined(language: str) -> str:
    """Return what goes between two sentences of a language."""
    return "" if language in UNSPACED - {"th"} else " "
