"""Korean sentence endings: one register in one post.

A digest may mix 해요체, 합니다체 and 해라체. Endings that can be rewritten without a dictionary
become 합니다체; what cannot be rewritten stays, and the caller may leave it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import regex

_FINALS = 28
_FIRST = 0xAC00
_N, _L, _M, _B, _SS = 4, 8, 16, 17, 20  # ㄴ, ㄹ, ㅁ, ㅂ and ㅆ among the finals of a syllable
_CLOSE = regex.compile(r"^(.*?)([.!~…]*[\"'”’」』)]*)$", regex.DOTALL)
_SENTENCE = regex.compile(r"(?<=[가-힣][.!?][\"'”’」』)]?)\s+")
_POLITE = regex.compile(r"[요죠]$")
_FORMAL = regex.compile(r"(?:니다|십시오)$")
_PLAIN = regex.compile(r"[가-힣]다$")


class Register(Enum):
    """How a Korean sentence addresses its reader."""

    FORMAL = "합니다체"
    POLITE = "해요체"
    PLAIN = "해라체"
    NOTE = "개조식"  # ends in a noun or a nominal form


def register(sentence: str) -> Register:
    """Tell the register of a sentence by its ending."""
    stem = _parts(sentence)[0]
    if _FORMAL.search(stem):
        return Register.FORMAL
    if _POLITE.search(stem):
        return Register.POLITE
    return Register.PLAIN if _PLAIN.search(stem) else Register.NOTE


def consistent(sentences: Sequence[str]) -> list[str | None]:
    """Return the sentences in one register, None for one that cannot be brought into it.

    Notes stay notes when they are at least half; a sentence then becomes one, or is left out.
    """
    kinds = [register(sentence) for sentence in sentences]
    if len(set(kinds)) <= 1:
        return list(sentences)
    keep_notes = 2 * kinds.count(Register.NOTE) >= len(kinds)
    return [noted(sentence) if keep_notes else formal(sentence) for sentence in sentences]


def formal(sentence: str) -> str | None:
    """Return the sentence in 합니다체; None when its ending cannot be rewritten safely."""
    stem, close = _parts(sentence)
    kind = register(sentence)
    if kind is Register.FORMAL:
        return sentence
    rewritten = _from_polite(stem) if kind is Register.POLITE else None
    rewritten = _from_plain(stem) if kind is Register.PLAIN else rewritten
    return rewritten + close if rewritten else None


def polished(text: str) -> str:
    """Return a paragraph whose 해요체 and 해라체 became 합니다체, where that is safe."""
    pieces = _SENTENCE.split(text)
    return " ".join(piece if _asks(piece) else formal(piece) or piece for piece in pieces)


def _asks(sentence: str) -> bool:
    return sentence.rstrip("\"'”’」』) ").endswith("?") or register(sentence) is Register.NOTE


# Syllables of verbs that may have lost a ㄹ (만든다, 판다): their nominal form is not certain.
_LOST = frozenset("든판산안운연단난논돈문민번분쓴건준간튼뜬끈인")


def noted(sentence: str) -> str | None:
    """Return the sentence as a note (고른다 → 고름, 늘었다 → 늘었음); None when unsafe."""
    stem, _ = _parts(sentence)
    kind = register(sentence)
    if kind is Register.NOTE:
        return sentence
    head = stem.removesuffix("습니다") if kind is Register.FORMAL else stem[:-1]
    if kind is Register.POLITE or head == stem or not head:
        return None
    final = _final(head[-1])
    if head.endswith("는") or final == _N:
        safe = head[-1] == "는" or head[-1] not in _LOST
        head = head[:-1] if head[-1] == "는" else head[:-1] + _with_final(head[-1], _M)
        return (head + "음" if stem.endswith("는다") else head) if safe else None
    return head + "음" if final > 0 and final != _L else None


def _parts(sentence: str) -> tuple[str, str]:
    match = _CLOSE.match(sentence.strip())
    return (match[1], match[2]) if match else (sentence, "")


# Endings with one reading each; the longest is tried first.
_ENDINGS = (
    ("이에요", "입니다"),
    ("이었어요", "이었습니다"),
    ("거예요", "것입니다"),
    ("거에요", "것입니다"),
    ("예요", "입니다"),
    ("이죠", "입니다"),
    ("셈이죠", "셈입니다"),
    ("하죠", "합니다"),
    ("되죠", "됩니다"),
    ("해요", "합니다"),
    ("돼요", "됩니다"),
    ("아니에요", "아닙니다"),
    ("있어요", "있습니다"),
    ("없어요", "없습니다"),
    ("같아요", "같습니다"),
    ("많아요", "많습니다"),
    ("높아요", "높습니다"),
    ("좋아요", "좋습니다"),
)


def _from_polite(stem: str) -> str | None:
    for ending in ("어요", "죠", "지요"):
        head = stem.removesuffix(ending)
        if head != stem and head and _final(head[-1]) == _SS:
            return head + "습니다"
    for old, new in sorted(_ENDINGS, key=lambda pair: -len(pair[0])):
        if stem.endswith(old):
            return stem.removesuffix(old) + new
    return None


def _from_plain(stem: str) -> str | None:
    head = stem[:-1]
    if head.endswith("는"):
        return head[:-1] + "습니다"
    final = _final(head[-1])
    if final in {0, _N, _L}:
        return head[:-1] + _with_final(head[-1], _B) + "니다"
    return head + "습니다" if final > 0 else None


def _final(syllable: str) -> int:
    """Return which final consonant a syllable has: 0 none, -1 when it is no Hangul syllable."""
    offset = ord(syllable) - _FIRST
    return offset % _FINALS if 0 <= offset < 11_172 else -1


def _with_final(syllable: str, final: int) -> str:
    return chr(ord(syllable) - _final(syllable) + final)
