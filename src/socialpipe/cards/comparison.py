"""Find "from this to that" in a sentence: the two numbers of a before-and-after card."""

from __future__ import annotations

from collections.abc import Iterable

import regex

_NUMBER = r"(?<{0}>[$€£¥₩]?\d[\d.,]*\d|[$€£¥₩]?\d)"
_GAP = r"[^\d.!?。！？]{{0,24}}?"
# How languages say it: the words before, between and after the two numbers.
_FORMS = (
    ("from ", " to "),
    ("von ", " auf "),
    ("d[ea] ", " (?:à|a|para) "),
    ("с ", " до "),
    ("من ", " إلى "),
    ("从", "(?:增加到|增至|减少到|降至|升至|到|至)"),
    ("從", "(?:增加到|增至|減少到|降至|升至|到|至)"),
    ("", "から"),
    ("", "에서 "),
    ("", " ?(?:→|->|➡️?) ?"),
)
_UNIT = r"(?<{0}> ?(?:%|％|[\p{{L}}]{{1,8}}?))?"
_COUNTERS = regex.compile(r"^(?:に|へ|まで|で|を|が|으로|로|까지)")
_YEAR = regex.compile(r"(?:19|20)\d\d$")


def comparison(sentences: Iterable[str]) -> tuple[str, str] | None:
    """Return the first pair of numbers, with their units, that a sentence compares."""
    for sentence in sentences:
        for pattern in _PATTERNS:
            match = pattern.search(sentence)
            if match and not (_YEAR.match(match["a"]) and _YEAR.match(match["b"])):
                return _with_units(match)
    return None


def _pattern(before: str, between: str) -> regex.Pattern[str]:
    first = _NUMBER.format("a") + _UNIT.format("u") + _GAP.format()
    second = _NUMBER.format("b") + r"(?<v> ?[%％]|[\p{Han}\p{Hangul}]{1,3})?"
    return regex.compile(before + first + between + second, regex.IGNORECASE)


_PATTERNS = [_pattern(before, between) for before, between in _FORMS]


def _with_units(match: regex.Match[str]) -> tuple[str, str]:
    first, second = match["u"] or "", match["v"] or ""
    second = "" if _COUNTERS.match(second) else second
    for tail in ("으로", "로", "까지"):
        second = second.removesuffix(tail)
    if first.strip() not in {"%", "％"} and first != second:
        first = second
    return match["a"] + (first or second), match["b"] + second
