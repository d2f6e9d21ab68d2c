"""Whether a line says only what its source says: its numbers, its names, most of its words.

Such a guard refuses some sound lines too; a wrong relation between true names it cannot see.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from unicodedata import decimal, normalize

from socialpipe.text.figures import figures
from socialpipe.text.lexicon import Lexicon, lexicon
from socialpipe.text.words import STEM, stem_korean, terms, tokens, unprefixed

SUPPORT = 0.5  # share of a line's words that its sentences must have
SUPPORT_THAI = 0.8  # Thai has neither spaces nor capitals: its words are judged together
_NEAR = 4  # words between a number and what it counts
_NUMBER = re.compile(r"\d+(?:[.,٫٬'’]\d+)*")
_GROUP = re.compile(r"[.,٬'’](?=\d{3}(?!\d))")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]{2,}")
_KATAKANA = re.compile(r"[ァ-ヺー]{2,}")


def unfounded(line: str, cited: str, source: str, language: str) -> str | None:
    """Return the first word of `line` that is not borne out; None when all are.

    Numbers and most words must occur in the `cited` sentences, names anywhere in the `source`.
    """
    words, borne_out, squeezed = lexicon(language), set(numbers(cited)), _squeezed(cited)
    loose = [number for number in numbers(line) if number not in borne_out]
    loose += [f.text for f in figures(line, language) if _squeezed(f.text) not in squeezed]
    loose += [f"{n} {noun}" for n, noun in counted(line, words) if not _together(n, noun, cited)]
    loose += [name for name in names(line, words) if not _known(name, source)]
    if loose:
        return loose[0]
    return None if _supported(line, cited, words) else line[:40]


def numbers(text: str) -> list[str]:
    """Return the numbers of a text, however they are written: 1.500, 1,500 and ١٥٠٠ are one."""
    return [re.sub(r"[,٫]", ".", _GROUP.sub("", _ascii(found))) for found in _NUMBER.findall(text)]


def counted(text: str, words: Lexicon) -> list[tuple[str, str]]:
    """Return the numbers that a word follows, and that word."""
    found = tokens(_GROUP.sub("", text))
    return [
        (number, noun)
        for number, noun in pairwise(found)
        if number.isdecimal() and noun.isalpha() and noun.casefold() not in words.stopwords
    ]


def _together(number: str, noun: str, cited: str) -> bool:
    """Tell whether the word stands near the number in the source, too."""
    found = [_stem(word) for word in tokens(_GROUP.sub("", cited))]
    places = (n for n, word in enumerate(found) if word == number)
    return any(_stem(noun) in found[max(0, n - _NEAR) : n + _NEAR + 1] for n in places)


def _stem(word: str) -> str:
    return word.casefold()[:STEM]


def _ascii(number: str) -> str:
    return "".join(str(decimal(sign)) if sign.isdecimal() else sign for sign in number)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s,]", "", normalize("NFKC", text)).casefold()


def names(text: str, words: Lexicon) -> list[str]:
    """Return what could be a name: capitalised words; every noun where letters have no case."""
    if words.language.startswith("zh"):
        import rjieba

        cut: list[str] = rjieba.cut(text)
        return [word for word in cut if _HAN.fullmatch(word)] + _capitalised(text, words)
    if words.language == "ja":
        return [*_HAN.findall(text), *_KATAKANA.findall(text), *_capitalised(text, words)]
    if words.language == "th":
        return _capitalised(text, words)
    found = _capitalised(text, words)
    return found + [noun for word in tokens(text) if (noun := _caseless(word, words))]


def _capitalised(text: str, words: Lexicon) -> list[str]:
    found = (re.split(r"['’]", word)[0] for word in tokens(text))
    return [
        stem_korean(word, words)
        for word in found
        if any(map(str.isupper, word)) and word.casefold() not in words.stopwords
    ]


def _caseless(word: str, words: Lexicon) -> str:
    """Return a word of letters without case as the source may have it; "" for no noun."""
    first = word[0]
    if first.isupper() or first.islower() or not first.isalpha() or word in words.stopwords:
        return ""
    if words.language == "ko":
        stem = stem_korean(word, words)
        return "" if words.endings.search(stem) or len(stem) < 2 else stem
    bare = unprefixed(word, words)
    return bare if len(bare) > 2 else ""


def _known(name: str, source: str) -> bool:
    """Tell whether the source has the word, or one that differs in its ending only."""
    folded, whole = name.casefold(), source.casefold()
    if not any(map(str.isupper, name)):
        return folded in whole or (len(folded) > 2 and folded[:-1] in whole)
    stem = folded[: len(folded) - min(2, len(folded) // 4)]
    return any(
        word == folded or (len(stem) > 3 and word.startswith(stem)) for word in _words(whole)
    )


@lru_cache(maxsize=4)
def _words(text: str) -> frozenset[str]:
    pieces = (piece for word in tokens(text) for piece in (word, *re.split(r"['’.&+-]", word)))
    hangul = re.compile("[가-힣]+$")
    return frozenset(form for piece in pieces for form in (piece, hangul.sub("", piece)) if form)


def _supported(line: str, cited: str, words: Lexicon) -> bool:
    wanted, offered = terms(line, words), set(terms(cited, words))
    share = SUPPORT_THAI if words.language == "th" else SUPPORT
    return sum(term in offered for term in wanted) >= share * len(wanted)
