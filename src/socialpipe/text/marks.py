"""The marks people put before and after lines: emoji, bullets, brackets."""

from __future__ import annotations

import re
from functools import lru_cache

import regex

EMOJI = (
    r"(?:\p{RI}\p{RI}|[0-9#*]\ufe0f?\u20e3"
    r"|\p{Extended_Pictographic}\ufe0f?\p{EMod}?(?:\u200d\p{Extended_Pictographic}\ufe0f?\p{EMod}?)*)"
)
SIGNS = r"[▶►▷▸◀■□▣◆◇●○◎★☆※→➜➤☞✔✓✅☑✳❖▪▫•·‣◦∙]"
_NUMBER = re.compile(r"^\d{1,2}[.)]\s+")
_DECORATION = rf"(?:{EMOJI}|{SIGNS}\ufe0f?|\s|[\ufe0f\u200d])+"


@lru_cache(maxsize=1)
def _edges() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    return regex.compile("^" + _DECORATION), regex.compile(_DECORATION + "$")


def edges(text: str) -> tuple[int, int]:
    """Where the words of a line begin and end, without the emoji and signs around them."""
    front, back = _edges()
    opening = front.match(text)
    start = opening.end() if opening else 0
    # Only the tail is searched: an unanchored search over a very long line is quadratic.
    tail = max(start, len(text) - 40)
    closing = back.search(text, tail)
    return start, max(start, closing.start() if closing else len(text))


def plain(text: str) -> str:
    """Return the words of a line, without the emoji and signs around them."""
    start, end = edges(text)
    return text[start:end]


def unbracket(text: str) -> str:
    """`[Summary]`, `【要点】` and `<Notice>` without the brackets that hold the whole line."""
    pairs = {"[": "]", "【": "】", "<": ">", "〈": "〉", "《": "》"}
    inner = text[1:-1]
    if len(text) > 2 and pairs.get(text[0]) == text[-1] and text[-1] not in inner:
        return inner.strip()
    return text


def label(text: str) -> str:
    """Return the words of a heading: no emoji, number or brackets around them."""
    return unbracket(_NUMBER.sub("", plain(text)))


def dense(text: str) -> bool:
    """Mostly Hangul, kana or ideographs: a character says as much as two or three letters."""
    return sum("ぁ" <= character <= "힣" for character in text) * 2 > len(text)


@lru_cache(maxsize=1)
def emoji_pattern() -> regex.Pattern[str]:
    """Return matches one emoji, whole."""
    return regex.compile(EMOJI)
