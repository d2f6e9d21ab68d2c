"""Figures with what they count (3개월, $4.2 million, 20–30%), as spans of a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from socialpipe.text.lexicon import UNSPACED, lexicon

_NUMBER = r"\d{1,3}(?:[,.\u00a0\u202f٬'’ ]\d{3})+(?:[.,٫]\d{1,2})?(?!\d)|\d+(?:[.,٫]\d+)?"
_CURRENCY = r"(?:US|CA|AU|HK|NT|R|S)?[$€£¥￥₩₹₽₺฿₫]|Rp\.?"
_PERCENT = r"%p?|％|٪|‰"
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[~–-]\s?(?:19|20)?\d\d)?\s?(?:년도?|年度?)?$")

_DAY = re.compile(r"\d{1,2}\s?[월月]")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure and where it stands; `weight` says how much it tells (0: a date)."""

    text: str
    start: int
    end: int
    weight: float


@lru_cache(maxsize=32)
def _pattern(language: str) -> re.Pattern[str]:
    words = lexicon(language)
    spaced = language not in UNSPACED
    edge = r"(?![^\W\d_])" if spaced and language != "ko" else ""
    magnitude = rf"(?:\s?(?P<magnitude>{words.magnitudes}){edge})*" if words.magnitudes else ""
    link = r"(?:\s(?:de|d['’]|di|của|of)\s?)?" if spaced else ""
    number = rf"(?:{_NUMBER})"
    return re.compile(
        rf"(?<![\w.,#@/:+-])(?P<currency>(?:{_CURRENCY})\s?)?(?P<number>{number}"
        rf"(?:\s?[~～–—−〜-]\s?{number})?)(?P<percent>\s?(?:{_PERCENT}))?{magnitude}"
        rf"(?:{link}[\s-]?(?P<unit>{words.units}){edge}|(?P<money>\s?[€₽₺₫₸])|(?![\w.]*[A-Za-z]))",
        re.IGNORECASE,
    )


def figures(text: str, language: str) -> list[Figure]:
    """Return the figures of a text in order; bare numbers, which count nothing, are none."""
    found = [figure for match in _pattern(language).finditer(text) if (figure := _figure(match))]
    vague = [
        Figure(match[0].strip(), match.start(), match.start() + len(match[0].strip()), 1.0)
        for match in lexicon(language).vague.finditer(text)
    ]
    return sorted((*found, *vague), key=lambda figure: figure.start)


def _figure(match: re.Match[str]) -> Figure | None:
    groups = match.groupdict()
    if not any(groups.get(name) for name in ("currency", "percent", "magnitude", "unit", "money")):
        return None
    text = match[0].strip()
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    if _DAY.fullmatch(text):
        return None
    if _YEAR.fullmatch(text) or (_YEAR.match(groups["number"]) and groups.get("unit")):
        return Figure(text, start, start + len(text), 0.0)
    loud = bool(groups.get("percent") or groups.get("currency") or groups.get("magnitude"))
    return Figure(text, start, start + len(text), 2.0 if loud else 1.5)
