"""What matters in an article: headline, points with their evidence, key number, keywords, tags.

The author knows best: her own checklist first, then her dek, then the ranker. Nothing is invented:
headline, hook, summary and points are spans of the title or the text.
"""

from __future__ import annotations

from collections.abc import Sequence

from socialpipe.model import Article, Digest, Point
from socialpipe.text import hashtags, hooks
from socialpipe.text.keywords import keywords
from socialpipe.text.lexicon import UNSPACED, Lexicon, lexicon
from socialpipe.text.points import WEAK, Candidate, candidates, judge
from socialpipe.text.ranker import distinct, rank
from socialpipe.text.sentences import joined
from socialpipe.text.words import tokens

POINTS = 5
ENOUGH = 3  # points that make a post
SUMMARY = 300  # code points


def digest(article: Article) -> Digest:
    """Return what matters in `article`; `points` come most important first."""
    words = lexicon(article.language)
    ranked = _standing(rank(candidates(article, words), article.title, words), words)
    points = author_points(article) or dek_points(article, words, ranked)
    found = keywords(article)
    number = hooks.key_number(article, points)
    headline = hooks.headline(article, points)
    claim = hooks.key_claim(article, points, number)
    lines = hooks.hooks(article, points, claim)
    return Digest(
        headline=headline,
        summary=summary(article, ranked, words),
        points=points,
        key_number=number,
        key_claim=claim,
        hook=hooks.first_line(headline, lines),
        emoji=hooks.emoji(article),
        keywords=found,
        hashtags=hashtags.rank(article, found),
        reading_minutes=reading_minutes(article),
        hooks=lines,
    )


def _standing(ranked: Sequence[Candidate], words: Lexicon) -> list[Candidate]:
    """Return the best ones that differ; those that lean on others only in need."""
    sound = distinct([c for c in ranked if c.fault < WEAK], POINTS, words)
    return sound if len(sound) >= ENOUGH else distinct(ranked, POINTS, words)


def author_points(article: Article) -> tuple[Point, ...]:
    """Return the author's own checklist, when there are two items or more."""
    points = []
    for item in article.checklist[:POINTS]:
        start = article.text.rfind(item)
        if start >= 0:
            points.append(Point(item, (start, start + len(item))))
    return tuple(points) if len(points) >= 2 else ()


def dek_points(article: Article, words: Lexicon, ranked: list[Candidate]) -> tuple[Point, ...]:
    """Return the dek, where the text has it as a sentence, and ranked ones that add to it."""
    start = article.text.find(article.dek) if article.dek else -1
    lead = judge(article.text, start, start + len(article.dek or ""), words) if start >= 0 else None
    best = distinct([lead, *ranked], POINTS, words) if lead else ranked
    return tuple(Point(candidate.text, (candidate.start, candidate.end)) for candidate in best)


def summary(article: Article, ranked: list[Candidate], words: Lexicon) -> str:
    """Return the dek when it says enough, else the two best sentences, in the order of the text."""
    if article.dek and article.dek in article.text and len(article.dek) <= SUMMARY:
        return article.dek
    sound = [candidate for candidate in ranked if not candidate.fault] or ranked
    best = sorted(sound[:2], key=lambda candidate: candidate.start)
    glued = joined(words.language).join(candidate.text for candidate in best)
    return glued if len(glued) <= SUMMARY else best[0].text


def reading_minutes(article: Article) -> int:
    """At 230 words, or 500 characters where words have no spaces, a minute (Brysbaert 2019)."""
    if article.language in UNSPACED:
        return max(1, round(len(article.text) / 500))
    return max(1, round(len(tokens(article.text)) / (180 if article.language == "ko" else 230)))
