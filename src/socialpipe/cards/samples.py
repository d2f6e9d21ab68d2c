"""Sample articles in many languages, for previews, lint and tests."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from PIL import ImageDraw

from socialpipe.cards.colour import parse
from socialpipe.cards.content import Content, content
from socialpipe.cards.paint.backdrop import gradient
from socialpipe.cards.picture import Picture
from socialpipe.errors import NotFound
from socialpipe.model import Article, Digest, Point


@cache
def samples() -> dict[str, tuple[Article, Digest]]:
    """Return an article and its digest by language."""
    text = Path(__file__).with_name("samples.toml").read_text(encoding="utf-8")
    return {language: _sample(language, entry) for language, entry in tomllib.loads(text).items()}


def sample(language: str) -> Content:
    """Return what cards show of one sample.

    Raises NotFound, naming the languages that there are.
    """
    if language not in samples():
        raise NotFound(
            f"There is no sample article in {language!r}.",
            f"Choose one of: {', '.join(sorted(samples()))}.",
        )
    return content(*samples()[language]).showing(picture=landscape())


@cache
def landscape() -> Picture:
    """Paint a picture to try picture templates with: a red sun between hills."""
    sky = gradient((1200, 900), (parse("#F6C667"), parse("#2F5D8A")))
    draw = ImageDraw.Draw(sky)
    draw.ellipse((675, 225, 900, 450), fill="#D9432F")
    draw.polygon([(0, 900), (0, 600), (375, 420), (750, 675), (1200, 480), (1200, 900)], "#1F3B4D")
    draw.polygon([(0, 900), (525, 675), (1200, 810), (1200, 900)], "#14262F")
    return Picture(sky)


def _sample(language: str, entry: dict[str, str | list[str]]) -> tuple[Article, Digest]:
    one = {key: value for key, value in entry.items() if isinstance(value, str)}
    points, tags = tuple(entry["points"]), tuple(entry["tags"])
    article = Article(
        title=one["headline"],
        text=one["headline"],
        language=language,
        dek=one["sub"],
        site=one["site"],
        url="https://news.example/2026/quiet-hour",
        keywords=(one["kicker"],),
        quotes=(one["quote"],),
        statistics=(one["statistic"],),
        bullets=points,
        checklist=points,
    )
    digest = Digest(
        headline=one["headline"],
        summary=one["sub"],
        points=tuple(Point(text, (0, len(one["headline"]))) for text in points),
        key_number=one["key_number"],
        emoji=one["emoji"],
        hashtags=tags,
        reading_minutes=4,
    )
    return article, digest
