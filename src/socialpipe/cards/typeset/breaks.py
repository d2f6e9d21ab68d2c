"""Where a line may end: keep-all for Korean, kinsoku for Japanese and Chinese, words for Thai.

Never inside a number with its unit, before closing or after opening punctuation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import regex

from socialpipe.cards.typeset.clusters import clusters

if TYPE_CHECKING:
    from budoux import Parser

# JIS X 4051 kinsoku, with the punctuation of other scripts: never first, never last on a line.
NOT_FIRST = frozenset(
    "、。，．・：；？！ー々ゝゞヽヾ〻）］｝〕〉》」』】〙〗〟’”»›)]}%％‰℃°…‥,.;:!?،؛؟।॥ๆฯ"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ"
)
NOT_LAST = frozenset("（［｛〔〈《「『【〘〖〝‘“«‹([{¿¡$€£¥₩＄￥￦#＃@")
_NUMBER = regex.compile(r"[\d][\d.,:/~–\-]*$")
_SCALED = regex.compile(r"\d[\d.,]*[만억조천백]?$")
_UNIT = regex.compile(
    r"(?:%|‰|°[CF]?|[kKMGT]?B|[kcm]?m|km/h|[mk]?g|[mk]?s|ms|min|hrs?|px|pp|k?Wh?|[kMG]Hz|"
    r"million|billion|trillion|Mio\.?|Mrd\.?|mil|mn|bn|млн|млрд|тыс\.?|руб\.?|€|\$|£|¥|₩|"
    r"[만억조천백]?\s?(?:원|달러|명|개월?|년|월|일|시간?|분|초|배|건|곳|가지|퍼센트)\p{Hangul}{0,2}|"
    r"[만억조]\p{Hangul}{0,2})[.,;:!?)]*$"
)
_SPACED = regex.compile(r"[^ \t]+")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\u3000-\u303f\uff00-\uffef]")
_THAI = regex.compile(r"\p{Thai}")
_ATOM = regex.compile(
    r"[\p{Latin}\p{Greek}\p{Cyrillic}\p{Hangul}\p{M}\d.,:/%'’&+\-_@#~]+|\X"
)  # what stays whole inside unspaced text
_COUNTED = regex.compile(
    r"[年月日時分秒人個件軒回歳倍割％%‰度台円元美億亿万萬兆千百米公斤名家次岁把份位只隻張张本輛辆天週周]"
)
_SHORT = 12  # code points: an emphasised phrase up to this stays on one line


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text [start, end) that stays on one line; a space may follow it."""

    start: int
    end: int
    spaced: bool = False


@lru_cache(maxsize=512)
def pieces(text: str, language: str, whole: tuple[tuple[int, int], ...] = ()) -> tuple[Piece, ...]:
    """Split a line of text wherever it may be broken, but not inside short `whole` ranges."""
    found: list[Piece] = []
    for match in _SPACED.finditer(text):
        parts = _word(match.group(), language)
        found += _placed(parts, match.start())
        found[-1] = replace(found[-1], spaced=True)
    if found:
        found[-1] = replace(found[-1], spaced=False)
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


def _placed(parts: list[str], start: int) -> list[Piece]:
    out = []
    for part in parts:
        out.append(Piece(start, start + len(part)))
        start += len(part)
    return out


def _word(word: str, language: str) -> list[str]:
    """Split what stands between two spaces."""
    if _THAI.search(word):
        return _parser("th").parse(word)
    if not _UNSPACED.search(word) or language.startswith("ko"):
        return [word]
    if language.startswith("ja"):
        return _kinsoku(_parser("ja").parse(word))
    return _kinsoku(_chinese(word) if language.startswith("zh") else _ATOM.findall(word))


def _chinese(text: str) -> list[str]:
    import rjieba

    words: list[str] = rjieba.cut(text)
    return words if "".join(words) == text else _ATOM.findall(text)


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
    if all(char in NOT_FIRST for char in after) or all(char in NOT_LAST for char in before):
        return True
    return bool(_SCALED.search(before) and _UNIT.match(after))


def split_piece(text: str, piece: Piece) -> list[Piece]:
    """Split a piece that is too wide for any line between its characters, kinsoku kept."""
    parts = _kinsoku(clusters(text[piece.start : piece.end]))
    out = _placed(parts, piece.start)
    out[-1] = replace(out[-1], spaced=piece.spaced)
    return out


@cache
def _parser(model: str) -> Parser:
    import budoux

    if model == "th":
        return budoux.load_default_thai_parser()
    return budoux.load_default_japanese_parser()
