"""The article, and what matters in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Section:
    """A heading (may be "") and the text below it."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that the article shows."""

    url: str
    alt: str = ""
    after: str | None = None  # the line it follows, "" at the top; None: not within the text


@dataclass(frozen=True, slots=True)
class Article:
    """The source, as read. `text` is what every span of a Digest points into."""

    title: str
    text: str
    language: str = "und"
    url: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    site: str | None = None
    dek: str | None = None
    sections: tuple[Section, ...] = ()
    bullets: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    statistics: tuple[str, ...] = ()
    checklist: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    images: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One key point; `article.text[span[0]:span[1]]` (code points) is its evidence."""

    text: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Digest:
    """What matters in an article."""

    headline: str
    summary: str
    points: tuple[Point, ...]
    key_number: str = ""
    key_claim: str = ""  # the line that says what the number counts
    hook: str = ""
    emoji: str = ""
    keywords: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    reading_minutes: int = 1
    hooks: tuple[str, ...] = ()  # first lines to choose from: number, quote, question, title

    def best(self, count: int) -> tuple[Point, ...]:
        """Return the `count` most important points, in the order of the article."""
        return tuple(sorted(self.points[:count], key=lambda point: point.span))


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who wrote a digest; `fallback` says why it was not the engine that was asked for."""

    engine: str = "extractive"
    model: str | None = None
    fallback: str | None = None
