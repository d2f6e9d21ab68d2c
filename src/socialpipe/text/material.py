"""What a post can be made of: everything cleaned, in one register, most important first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from socialpipe.model import Article, Digest, Limits, Point
from socialpipe.text import entities, links
from socialpipe.text.labels import Labels, labels
from socialpipe.text.reading.clean import clean
from socialpipe.text.register import consistent

LONGEST = 2_000  # code points of a hook or a point that are looked at


@dataclass(frozen=True, slots=True)
class Material:
    """The words at hand for one article on one network."""

    hook: str
    points: tuple[Point, ...]
    tags: tuple[str, ...]  # without #
    link: str  # "" where there is none
    link_in_text: bool
    labels: Labels
    bullet: str
    emoji: str
    summary: str
    title: str
    author: str
    site: str

    def values(self) -> dict[str, object]:
        """Return what every block of a template can use."""
        return {
            "labels": self.labels,
            "bullet": self.bullet,
            "emoji": self.emoji,
            "summary": self.summary,
            "title": self.title,
            "author": self.author,
            "site": self.site,
            "link": self.link if self.link_in_text else "",
        }


def gather(article: Article, digest: Digest, limits: Limits, link: str | None) -> Material:
    """Collect and clean. Raises Refused when `link` is no web address."""
    hook = _line(digest.hook or digest.headline or article.title)
    points = _points(digest.points, hook, article.language)
    if not hook and points:
        hook, points = points[0].text, points[1:]
    return Material(
        hook=hook,
        points=points,
        tags=_tags(digest.hashtags)[: limits.hashtags],
        link=links.portable(link) if link else "",
        link_in_text=not limits.link_field,
        labels=labels(article.language),
        bullet="✔" if article.checklist else "•",
        emoji=digest.emoji,
        summary=_line(digest.summary),
        title=_line(digest.headline or article.title),
        author=_line(article.author or ""),
        site=_line(article.site or ""),
    )


def _line(text: str) -> str:
    return " ".join(clean(text[:LONGEST]).split())


def _points(points: Sequence[Point], hook: str, language: str) -> tuple[Point, ...]:
    lines = [Point(_line(point.text), point.span) for point in points]
    said = [_letters(hook)]
    fresh: list[Point] = []
    for point in lines:
        letters = _letters(point.text)
        if letters and not any(letters in other or other in letters for other in said if other):
            fresh.append(point)
            said.append(letters)
    if language == "ko":
        fresh = _in_one_register(fresh)
    return tuple(_evenly_closed(fresh))


def _in_one_register(points: list[Point]) -> list[Point]:
    kept = consistent([point.text for point in points])
    return [Point(text, point.span) for point, text in zip(points, kept, strict=True) if text]


def _evenly_closed(points: list[Point]) -> list[Point]:
    """Take the full stops off where only some points have one."""
    closed = [point.text.endswith((".", "。")) for point in points]
    if all(closed) or not any(closed):
        return points
    return [Point(regex.sub(r"(?<![.…])[.。]$", "", point.text), point.span) for point in points]


def _letters(text: str) -> str:
    return regex.sub(r"[^\p{L}\p{N}]+", "", text).casefold()


def _tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Drop what would not be one whole hashtag everywhere."""
    return tuple(tag for tag in tags if _is_whole(tag))


def _is_whole(tag: str) -> bool:
    return [found.name for found in entities.hashtags(f"#{tag}")] == [tag]
