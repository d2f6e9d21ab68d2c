"""First lines: headline, hook candidates, the key number and an emoji, all from the source."""

from __future__ import annotations

import re
from collections import Counter

from socialpipe.model import Article, Point
from socialpipe.text.figures import figures
from socialpipe.text.lexicon import lexicon
from socialpipe.text.marks import emoji_pattern, plain
from socialpipe.text.points import WEAK, candidates

SHORT = 100  # code points of a first line
_DASH = re.compile(r"\s[–—―-]\s|\s?——\s?|\s\|\s|\s·\s")
# Faces, hands, hearts and signs say how the author feels or where to look, not what it is about.
_MOOD = re.compile(
    "[\U0001f600-\U0001f64f\U0001f910-\U0001f92f\U0001f970-\U0001f97a\U0001f440-\U0001f450\U0001f918-\U0001f91f"
    "\U0001f64c-\U0001f64f☺☹❤♥✔✅☑✓➡⬅⬆⬇▶◀▪◾◽⬛⬜★☆♦✨✍©®™‼⁉❗❓\U0001f449\U0001f525\U0001f4cc\U0001f4cd\U0001f4ac"
    "\U0001f50d\U0001f50e\U0001f4a5\U0001f4af\U0001f389\U0001f4e2\U0001f517\U0001f6a8\U0001f914-\U0001f917]"
)


def headline(article: Article, points: tuple[Point, ...]) -> str:
    """Return the title, up to the dash that adds a second one; without a title the first point."""
    title = plain(article.title)
    parts = _DASH.split(title, maxsplit=1)
    if len(parts) == 2 and len(parts[0]) >= 8:
        title = parts[0]
    return title or (points[0].text if points else "")


def key_number(article: Article, points: tuple[Point, ...]) -> str:
    """Return the figure that the article turns on, with its unit; "" when there is none."""
    found = figures(article.text[:60_000], article.language)
    counts = Counter(figure.text for figure in found)
    titled = {figure.text for figure in figures(article.title, article.language)}
    pointed: dict[str, float] = {}
    for place, point in enumerate(points):
        for figure in figures(point.text, article.language):
            pointed.setdefault(figure.text, 2.5 - 0.4 * place)
    headings = "\n".join([*(section.heading for section in article.sections), article.dek or ""])
    headed = {figure.text for figure in figures(headings, article.language)}
    scores: dict[str, float] = {}
    for figure in (*figures(article.title, article.language), *found):
        prominent = 3.0 * (figure.text in titled) + pointed.get(figure.text, 0.0)
        prominent += 2.0 * (figure.text in headed)
        digits = any(map(str.isdigit, figure.text))
        if figure.weight and digits and (prominent or figure.weight >= 2):
            score = prominent + figure.weight + 0.5 * min(counts[figure.text], 4)
            scores.setdefault(figure.text, score)
    return max(scores, key=lambda text: scores[text]) if scores else ""


def key_claim(article: Article, points: tuple[Point, ...], number: str) -> str:
    """Return the shortest line that carries the key number and stands alone; "" without any."""
    words = lexicon(article.language)
    told = [point.text for point in points]
    told += [c.text for c in candidates(article, words) if c.fault < WEAK]
    return min((text for text in told if number and number in text), key=len, default="")


def hooks(article: Article, points: tuple[Point, ...], claim: str) -> tuple[str, ...]:
    """First lines to choose from: the number's, a quote, a question, the title. Never empty."""
    title = headline(article, points)
    found = [claim]
    found += [quote for quote in article.quotes if 12 <= len(quote) <= SHORT][:1]
    found += _questions(article)
    found += [title, *(point.text for point in points[:1])]
    return tuple(dict.fromkeys(filter(None, found))) or (article.text[:SHORT],)


def first_line(title: str, lines: tuple[str, ...]) -> str:
    """Return what a post begins with unless somebody chooses: a short title promises best."""
    return title if title and len(title) <= SHORT else lines[0]


def _questions(article: Article) -> list[str]:
    headings = [section.heading for section in article.sections]
    return [heading for heading in headings if heading.endswith(("?", "？", "؟"))][:1]


def emoji(article: Article) -> str:
    """One emoji of the author's own that shows what it is about; "" when she used none."""
    shown = [*emoji_pattern().findall(f"{article.title}\n{article.text[:60_000]}")]
    about = [sign for sign in shown if not _MOOD.match(sign)]
    return Counter(about).most_common(1)[0][0] if about else ""
