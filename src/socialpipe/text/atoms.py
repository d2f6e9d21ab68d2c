"""Where a text may be cut: never inside a URL, hashtag, mention, word, or number with its unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import regex

# Scripts without spaces between words: a cut may come after any character, katakana runs apart.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々〆"
_OPENERS = r"(\[{“‘「『（〔【《〈«"
_DANGLING = rf"[\s,;:·•、،؛，；：\-–—=+/&|<#＃@＠$€£¥₩₹{regex.escape(_OPENERS)}]+$"


@cache
def _atom() -> regex.Pattern[str]:
    letter = rf"(?:(?![{_UNSPACED}])[\p{{L}}\p{{M}}\p{{N}}_])"
    word = rf"(?!https?://){letter}(?:{letter}|['’.\-·/&:@](?={letter}))*+"
    name = rf"(?=\p{{L}}){word}"
    number = r"[+\-−±]?\d(?:\d|[.,:/~〜∼–—\-−'’](?=\d))*+(?![.\-'’·/&:@]\p{L})"
    many = (
        r"(?:십|백|천|만|억|조|千|百|万|萬|億|亿|兆|thousand|million|billion|trillion|mio|mrd|mln"
        r"|millones|milhões|millions|milliards|milioni|juta|triệu|tỷ|ล้าน|مليون|مليار|लाख|करोड़"
        r"|миллион\w*|миллиард\w*|млн|млрд)\.?"
    )
    unit = rf"(?:\s?[%‰°]\p{{L}}?|[{_UNSPACED}]{{1,4}}|\s?{many}+(?:\s?{name})?|{name}|\s{name})"
    return regex.compile(
        rf"https?://\S+|[#＃@＠][\p{{L}}\p{{M}}\p{{N}}_·][\p{{L}}\p{{M}}\p{{N}}_·.\-@]*+"
        rf"|[$€£¥₩₹₽฿]?\s?{number}{unit}?(?:\s?\([^()\n]{{1,12}}\))?|{word}|\p{{Katakana}}ー?"
        rf"[\p{{Katakana}}ー]*+|\X",
        regex.IGNORECASE,
    )


@cache
def _patterns() -> tuple[regex.Pattern[str], ...]:
    soft = r"\([^()\n]{1,60}\)|[“「『‘][^“”「」『』‘’\n]{1,40}[”」』’]"
    sentence = r"(?:[.!?…][\"”’」』)]*(?=\s)|[。！？।؟][”’」』）]*|\n)"
    return tuple(map(regex.compile, (soft, sentence, _DANGLING)))


def ends(text: str) -> list[int]:
    """Return the offsets after which `text` may be cut, ascending, without the last."""
    return _whole(text, (found.end() for found in _atom().finditer(text)))


def smooth_ends(text: str) -> list[int]:
    """Return the `ends` that leave no bracket and no quotation open."""
    spans = [found.span() for found in _patterns()[0].finditer(text)]
    return list(_outside(ends(text), spans))


def _outside(offsets: list[int], spans: list[tuple[int, int]]) -> Iterator[int]:
    remaining = iter([*spans, (len(offsets) + 10**9, 0)])
    start, end = next(remaining)
    for offset in offsets:
        while offset >= end and end:
            start, end = next(remaining)
        if not start < offset < end:
            yield offset


def sentence_ends(text: str) -> list[int]:
    """Return the offsets after which a sentence is complete, ascending, without the last."""
    return _whole(text, (found.end() for found in _patterns()[1].finditer(text)))


def grapheme_ends(text: str) -> list[int]:
    """Return the offsets between what a reader sees as characters, without the last."""
    return [found.end() for found in regex.finditer(r"\X", text) if found.end() < len(text)]


def _whole(text: str, offsets: Iterable[int]) -> list[int]:
    """Keep the offsets that part no character: a mark may follow a full stop, too."""
    between = set(grapheme_ends(text))
    return [offset for offset in offsets if offset in between]


def without_loose_end(text: str) -> str:
    """Drop the comma, dash, opening bracket or lone sign that a cut leaves behind."""
    return _patterns()[2].sub("", text)
