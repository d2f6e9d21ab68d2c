"""Figures with what they count (3개월, $4.2 million, 20–30%), as spans of a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from socialpipe.text.lexicon import MARKS, UNSPACED, lexicon

_NUMBER = r"\d{1,3}(?:[,.\u00a0\u202f٬'’ ]\d{3})+(?:[.,٫]\d{1,2})?(?!\d)|\d+(?:[.,٫]\d+)?"
_CURRENCY = r"(?:US|CA|AU|HK|NT|R|S)?[$€£¥￥₩₹₽₺฿₫]|Rp\.?"
_PERCENT = r"%p?|％|٪|‰"
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[~–-]\s?(?:19|20)?\d\d)?\s?(?:년도?|年度?)?$")

_DAY = re.compile(r"\d{1,2}\s?[월月]")

# Durations within a day and lengths of waiting are seldom what an article turns on.
_TIME = re.compile(
    r"분|시간|초|일|分間?|時間|秒|小时|小時|个小时|個小時|分钟|分鐘|天|minut\w*|hours?|seconds?|days?|horas?|días?"
    r"|dias?|heures?|jours?|stunden?|tagen?|tage|jam|menit|hari|giờ|tiếng|phút|ngày|นาที|ชั่วโมง|วัน"
    r"|saat|dakika|gün|ساعات?|ساعة|دقيقة|دقائق|يوما?ً?|أيام|घंटे|मिनट|दिन|час\w*|день|дн\w+",
    re.IGNORECASE,
)


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
    edge = rf"(?![^\W\d_]|[{MARKS}])" if spaced and language != "ko" else ""
    magnitude = rf"(?:\s?(?P<magnitude>{words.magnitudes}){edge})*" if words.magnitudes else ""
    link = r"(?:\s(?:de|d['’]|di|của|of)\s?)?" if spaced else ""
    before = r"\w" if spaced else "A-Za-z0-9"
    number = rf"(?:{_NUMBER})"
    if language in UNSPACED or language == "ko":  # 1万2,000人, 1만 2,000명
        number = rf"(?:{number}(?:\s?(?:{words.magnitudes})\s?{number})?)"
    return re.compile(
        rf"(?<![{before}.,#@/:+-])(?P<currency>(?:{_CURRENCY})\s?)?(?P<number>{number}"
        rf"(?:\s?[~～–—−〜-]\s?{number})?)(?P<percent>\s?(?:{_PERCENT}))?{magnitude}"
        rf"(?:{link}[\s-]?(?P<unit>{words.units}){edge}|(?P<money>\s?[€₽₺₫₸])|(?![\w.]*[A-Za-z]))",
        re.IGNORECASE,
    )


def figures(text: str, language: str) -> list[Figure]:
    """Return the figures of a text in order; bare numbers, which count nothing, are none."""
    found = [figure for match in _pattern(language).finditer(text) if (figure := _figure(match))]
    taken = {place for figure in found for place in range(figure.start, figure.end)}
    words = lexicon(language)
    for match in words.vague.finditer(text):
        last = match[0].split()[-1].casefold()
        if match.start() not in taken and (last not in words.stopwords or " " not in match[0]):
            found.append(Figure(match[0], match.start(), match.end(), 1.0))
    return sorted(found, key=lambda figure: figure.start)


def _figure(match: re.Match[str]) -> Figure | None:
    groups = match.groupdict()
    if not any(groups.get(name) for name in ("currency", "percent", "magnitude", "unit", "money")):
        return None
    text = match[0].strip()
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    dated = match.string[:start][-3:].rstrip().endswith(("월", "月"))
    if _DAY.fullmatch(text) or (dated and text.endswith(("일", "日"))):
        return None
    if _YEAR.fullmatch(text) or (_YEAR.match(groups["number"]) and groups.get("unit")):
        return Figure(text, start, start + len(text), 0.0)
    loud = bool(groups.get("percent") or groups.get("currency") or groups.get("magnitude"))
    many = sum(map(str.isdigit, groups["number"])) >= 4
    brief = _TIME.fullmatch(groups.get("unit") or "")
    return Figure(text, start, start + len(text), 1.0 if brief else 2.0 if loud or many else 1.5)
