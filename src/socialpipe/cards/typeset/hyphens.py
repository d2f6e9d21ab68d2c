"""Where a word that is too wide for its line may be hyphenated, by the rules of its language.

The author's soft hyphens (U+00AD) come first; then patterns (Liang, by way of pyphen) or syllables.
Never in names, addresses or numbers, nor in scripts that have no hyphen.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import regex

if TYPE_CHECKING:
    from pyphen import Pyphen

SOFT = "\u00ad"
_SHORTEST, _LONGEST = 11, 80  # letters of a word worth two lines; more are no word
_LEAST = 3  # letters before and after a hyphen
_CAPITALISING = frozenset({"de", "lb"})  # a capital does not make a noun a name
# Languages whose syllables begin at the last consonant before a vowel, with their vowels
# (Turkish: Türk Dil Kurumu, Hece Yapısı; Finnish: Kielitoimiston ohjepankki, Tavutus; 2026-11).
_SYLLABIC = {"tr": "aeıioöuüâîû", "az": "aeəıioöuü", "fi": "aeiouyäöå"}
_LETTERS = regex.compile(rf"[\p{{Latin}}\p{{Cyrillic}}\p{{Greek}}\p{{M}}{SOFT}]+")
_VOWEL = regex.compile(r"(?i)[aeiouyæøœəıаеиоуыэюяєίαεηιουω]|[àáâãäåèéêëìíîïòóôõöùúûüýіїё]")
_AROUND = regex.compile(r"[\p{Ps}\p{Pe}\p{Pi}\p{Pf}\"'.,;:!?…¿¡-]*")  # beside a word's letters
_SENTENCE_END = regex.compile(r"[.!?…:。！？\p{Pi}\p{Ps}\"]\s*$")


class Cut(NamedTuple):
    """A place in a text where a line may end, and whether a hyphen is drawn there."""

    at: int
    hyphen: bool = True


def cuts(text: str, start: int, end: int, language: str) -> list[Cut]:
    """Return the places inside the word text[start:end], from left to right."""
    word = text[start:end]
    if SOFT in word:
        return [Cut(start + n + 1) for n, char in enumerate(word[:-1]) if char == SOFT]
    own = language.lower().partition("-")[0]
    runs = list(_LETTERS.finditer(word))
    if not runs or not _AROUND.fullmatch(_LETTERS.sub("", word)):
        return []
    is_name = own not in _CAPITALISING and _SENTENCE_END.search(text[:start] or ".") is None
    found: list[Cut] = []
    for run in runs:
        if run.start() > 0 and word[run.start() - 1] == "-":
            found.append(Cut(start + run.start(), hyphen=False))
        if not _is_fixed(run.group(), is_name=is_name):
            found += [Cut(start + run.start() + n) for n in _syllables(run.group().lower(), own)]
    return found


def _is_fixed(letters: str, *, is_name: bool) -> bool:
    """Whether letters are never parted: too few or many, an abbreviation, a name."""
    has_inner_capital = letters[1:] != letters[1:].lower()
    is_no_word = not _SHORTEST <= len(letters) <= _LONGEST
    return is_no_word or has_inner_capital or (is_name and letters[0].isupper())


def _syllables(word: str, language: str) -> list[int]:
    """Return where syllables begin; parts without a vowel stay with what stands before them."""
    vowels = _SYLLABIC.get(language)
    out: list[int] = []
    for n in _by_vowels(word, vowels) if vowels else _by_patterns(word, language):
        if out and not _VOWEL.search(word[out[-1] : n]):
            out.pop()
        if _LEAST <= n <= len(word) - _LEAST:
            out.append(n)
    return out


def _by_vowels(word: str, vowels: str) -> list[int]:
    return [
        n
        for n in range(1, len(word) - 1)
        if word[n] not in vowels and word[n + 1] in vowels and set(word[:n]) & set(vowels)
    ]


def _by_patterns(word: str, language: str) -> list[int]:
    patterns = _patterns(language)
    # A place with data changes the spelling of what stands beside it: left out.
    return [n for n in patterns.positions(word) if n.data is None] if patterns else []


@lru_cache(maxsize=1)  # German's take 18 MB, those of others 1 to 4
def _patterns(language: str) -> Pyphen | None:
    import pyphen

    known = pyphen.language_fallback(language)
    return pyphen.Pyphen(lang=known, cache=False) if known else None
