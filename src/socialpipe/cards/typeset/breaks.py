"""Where a line may end: keep-all for Korean, kinsoku for Japanese and Chinese, words for Thai.

Never inside a number with its unit, before closing or after opening punctuation. The words of
scripts without spaces are found by ICU's dictionaries; Japanese is broken between its phrases.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, pairwise

import regex

from socialpipe.cards.typeset import hyphens
from socialpipe.cards.typeset.clusters import clusters

# JIS X 4051 kinsoku, with the punctuation of other scripts: never first, never last on a line.
NOT_FIRST = frozenset(
    "、。，．・：；？！ー々ゝゞヽヾ〻）］｝〕〉》」』】〙〗〟’”»›)]}%％‰℃°…‥,.;:!?،؛؟।॥ๆฯ"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ"
)
NOT_LAST = frozenset("（［｛〔〈《「『【〘〖〝‘“«‹([{¿¡$€£¥₩＄￥￦#＃@")
_DASHES = frozenset("–—|·•")  # between words: they end a line, and begin none
_NUMBER = regex.compile(r"[\d][\d.,:/~–\-]*$")
_PERCENTAGE = regex.compile(r"\d[%％‰]$")
_PARTICLE = regex.compile(r"\p{Hiragana}")  # belongs to the word before it
_HAN = regex.compile(r"\p{Han}")
_DONE = regex.compile(
    r"(?:する|すれ|すべ|した|して|しま|しな|しよ|され|させ|でき)"
)  # 外食 + する: a verb
_SCALED = regex.compile(r"\d[\d.,]*[만억조천백]?$")
_UNIT = regex.compile(
    r"(?:%|‰|°[CF]?|[kKMGT]?B|[kcm]?m|km/h|[mk]?g|[mk]?s|ms|min|hrs?|px|pp|k?Wh?|[kMG]Hz|"
    r"million|billion|trillion|Mio\.?|Mrd\.?|mil|mn|bn|млн|млрд|тыс\.?|руб\.?|€|\$|£|¥|₩|"
    r"[만억조천백]?\s?(?:원|달러|명|개월?|년|월|일|시간?|분|초|배|건|곳|가지|퍼센트)\p{Hangul}{0,2}|"
    r"[만억조]\p{Hangul}{0,2})[.,;:!?)]*$"
)
_SPACED = regex.compile(r"[^ \t]+")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\u3000-\u303f\uff00-\uffef]")
_SOUTH_EAST_ASIAN = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_ATOM = regex.compile(
    r"[\p{Latin}\p{Greek}\p{Cyrillic}\p{Hangul}\p{M}\d.,:/%'’&+\-_@#~]+|\X"
)  # what stays whole inside unspaced text
_COUNTED = regex.compile(
    r"[年月日時分秒人個件軒回歳倍割％%‰度台円元美億亿万萬兆千百米公斤名家次岁把份位只隻張张本輛辆天週周]"
)
_SHORT = 12  # code points: an emphasised phrase up to this stays on one line


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text [start, end) that stays on one line; a space may follow it.

    `hyphen`: one is drawn when the line ends here.
    """

    start: int
    end: int
    spaced: bool = False
    hyphen: bool = False


@lru_cache(maxsize=512)
def pieces(text: str, language: str, whole: tuple[tuple[int, int], ...] = ()) -> tuple[Piece, ...]:
    """Split a line of text wherever it may be broken, but not inside short `whole` ranges."""
    found: list[Piece] = []
    for match in _SPACED.finditer(text):
        parts = _word(match.group(), language)
        found += _placed(parts, match.start(), spaced=match.end() < len(text))
    ranges = [(start, end) for start, end in whole if end - start <= _SHORT]
    return tuple(_kept_whole(_glued(found, text), ranges))


def _kept_whole(found: list[Piece], ranges: list[tuple[int, int]]) -> list[Piece]:
    out: list[Piece] = []
    for piece in found:
        if out and any(start < out[-1].end and piece.start < end for start, end in ranges):
            out[-1] = Piece(out[-1].start, piece.end, piece.spaced)
        else:
            out.append(piece)
    return out


def _placed(parts: list[str], start: int, *, spaced: bool) -> list[Piece]:
    """Return the pieces that parts of a word are; `spaced`: a space follows the last."""
    out = []
    for n, part in enumerate(parts, 1):
        out.append(Piece(start, start + len(part), spaced and n == len(parts)))
        start += len(part)
    return out


def _word(word: str, language: str) -> list[str]:
    """Split what stands between two spaces."""
    if _SOUTH_EAST_ASIAN.search(word):
        return _between(word, icu(word, "th", lines=True))
    if not _UNSPACED.search(word) or language.startswith("ko"):
        return [word]
    if language.startswith("ja"):
        return _kinsoku(_between(word, icu(word, "ja@lw=phrase", lines=True)))
    return _kinsoku(_between(word, icu(word, "zh", lines=False)))


def icu(text: str, locale: str, *, lines: bool) -> list[str]:
    """Split a text where ICU lets a line or a word end."""
    from icu4py.breakers import LineBreaker, WordBreaker

    return list((LineBreaker if lines else WordBreaker)(text, locale))


def _between(word: str, parts: list[str]) -> list[str]:
    """Join the parts again that were parted inside what stays whole: numbers, names, addresses."""
    whole = set(accumulate(map(len, _ATOM.findall(word))))
    ends = [end for end in accumulate(map(len, parts)) if end in whole]
    return [word[a:b] for a, b in pairwise([0, *ends])]


def _kinsoku(parts: list[str]) -> list[str]:
    out: list[str] = []
    for part in parts:
        if out and _sticks(out[-1], part):
            out[-1] += part
        else:
            out.append(part)
    return out


def _sticks(left: str, right: str) -> bool:
    if right[0] in NOT_FIRST or left[-1] in NOT_LAST:
        return True
    if _PERCENTAGE.search(left) and _PARTICLE.match(right):
        return True
    if _HAN.match(left[-1]) and _DONE.match(right):
        return True
    if not _NUMBER.search(left):
        return False
    return right[0].isdecimal() or bool(left[-1].isdecimal() and _COUNTED.match(right))


def _glued(found: list[Piece], text: str) -> list[Piece]:
    """Join numbers to their units, and lonely punctuation to its word, across a space."""
    out: list[Piece] = []
    for piece in found:
        if out and out[-1].spaced and _belongs(text, out[-1], piece):
            out[-1] = Piece(out[-1].start, piece.end, piece.spaced)
        else:
            out.append(piece)
    return out


def _belongs(text: str, left: Piece, right: Piece) -> bool:
    before, after = text[left.start : left.end], text[right.start : right.end]
    if all(char in NOT_FIRST or char in _DASHES for char in after) or all(
        char in NOT_LAST for char in before
    ):
        return True
    return bool(_SCALED.search(before) and _UNIT.match(after))


def split_piece(text: str, piece: Piece) -> list[Piece]:
    """Split a piece that is too wide for any line between its characters, kinsoku kept."""
    parts = _kinsoku(clusters(text[piece.start : piece.end]))
    return _placed(parts, piece.start, spaced=piece.spaced)


def hyphenated(text: str, piece: Piece, language: str) -> list[Piece]:
    """Split a piece that is too wide for its line where its language hyphenates; maybe nowhere."""
    found = hyphens.cuts(text, piece.start, piece.end, language)
    starts = [piece.start, *(cut.at for cut in found)]
    parts = [
        Piece(start, cut.at, hyphen=cut.hyphen) for start, cut in zip(starts, found, strict=False)
    ]
    return [*parts, replace(piece, start=starts[-1])]
