"""Unicode hygiene: what must not reach a post, and what a script cannot do without."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import is_normalized, normalize

import regex

_NEWLINES = r"\r\n?|[\x0b\x0c\x85\u2028\u2029]"
_SPACES = r"[\p{Zs}\t]"
# Zero-width joiners are spelling in joining scripts (Arabic, Indic, Sinhala, Khmer …) and glue in
# emoji; variation selectors belong to emoji and Han; tag characters only to the flags that use
# them. Everywhere else they hide text. Bidi overrides and isolates can reorder what is shown.
_HIDDEN = (
    r"(?<![\p{Arab}\p{Deva}\p{Beng}\p{Guru}\p{Gujr}\p{Orya}\p{Taml}\p{Telu}\p{Knda}\p{Mlym}\p{Sinh}\p{Khmr}\p{Mong}]\p{M}?)\u200c"
    r"|(?<![\p{Extended_Pictographic}\p{EMod}\ufe0f\p{Arab}\p{Deva}\p{Beng}\p{Guru}\p{Gujr}\p{Orya}\p{Taml}\p{Telu}\p{Knda}\p{Mlym}\p{Sinh}]\p{M}?)\u200d"
    r"|[\u200d\u200c](?=\s|$)"
    r"|(?<![\p{Emoji}\p{EMod}\p{S}])[\ufe0e\ufe0f]"
    r"|(?<!\p{Han})[\U000e0100-\U000e01ef]"
    r"|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]+"
    r"|[\u202a-\u202e\u2066-\u206f\u200b\u2060-\u2064\ufeff\u00ad\u180e\ufff9-\ufffb\ufe00-\ufe0d]"
    r"|[\x00-\x08\x0e-\x1f\x7f-\x9f]|\p{Cs}|\p{Co}|\p{Cn}"
)
_MARKS = ("\u200e", "\u200f", "\u061c")  # order words where both directions meet


@lru_cache(maxsize=1)
def _patterns() -> tuple[regex.Pattern[str], ...]:
    return tuple(
        map(
            regex.compile, (_NEWLINES, _SPACES, _HIDDEN, r"(\p{M}{8})\p{M}+", r"[\p{Arab}\p{Hebr}]")
        )
    )


def clean(text: str) -> str:
    r"""NFC, `\\n` line ends, plain spaces, nothing invisible that no script needs."""
    newlines, spaces, hidden, stacks, rightward = _patterns()
    if text.isascii() and text.isprintable():
        return text
    text = text if is_normalized("NFC", text) else normalize("NFC", text)
    text = hidden.sub("", newlines.sub("\n", text))
    text = stacks.sub(r"\1", spaces.sub(" ", text))
    if not rightward.search(text):
        for mark in _MARKS:
            text = text.replace(mark, "")
    return normalize("NFC", text)
