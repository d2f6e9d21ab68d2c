"""X's weighted length (twitter-text configuration v3, read 2026-11).

Of 280: Latin and most alphabets 1, everything else 2, one emoji 2 however it is composed,
a URL 23 whatever its length.
"""

from __future__ import annotations

import unicodedata

import regex

from socialpipe.text import entities

URL = 23
HEAVY = 2
_HEAVY = regex.compile(r"[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
_PICTURE = r"(?:(?![0-9#*©®])\p{Emoji}|[©®](?=\ufe0f))"
_ELEMENT = rf"{_PICTURE}(?:\ufe0f|\p{{Emoji_Modifier}})?(?:[\U000e0020-\U000e007e]+\U000e007f)?"
_EMOJI = regex.compile(
    rf"[0-9#*]\ufe0f?\u20e3|\p{{Regional_Indicator}}{{2}}|{_ELEMENT}(?:\u200d{_ELEMENT})*"
)


def weighted_length(text: str, *, discount_emoji: bool = True) -> int:
    """Return the weight of `text`; without the discount every code point of an emoji counts."""
    text = unicodedata.normalize("NFC", text)
    total, position = 0, 0
    for url in entities.urls(text):
        total += _plain(text[position : url.start], discount_emoji=discount_emoji) + URL
        position = url.end
    return total + _plain(text[position:], discount_emoji=discount_emoji)


def _plain(text: str, *, discount_emoji: bool) -> int:
    if text.isascii():
        return len(text)
    if not discount_emoji:
        return _weigh(text)
    rest, emoji = _EMOJI.subn("", text)
    return _weigh(rest) + HEAVY * emoji


def _weigh(text: str) -> int:
    return len(text) + len(_HEAVY.findall(text))
