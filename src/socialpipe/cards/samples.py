"""Sample articles in many languages, for previews, lint and tests."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from socialpipe.cards.content import Content, content
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
    return content(*samples()[language])


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
