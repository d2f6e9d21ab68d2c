"""What a post can be made of: everything cleaned, in one register, most important first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import regex

from socialpipe.errors import Refused
from socialpipe.model import Article, Digest, Limits, Point
from socialpipe.text import entities, links
from socialpipe.text.labels import Labels, labels
from socialpipe.text.longform import markdown
from socialpipe.text.reading.clean import clean
from socialpipe.text.register import consistent, formal, polished
from socialpipe.text.style import Style, Tone
from socialpipe.text.voices import Voice

LONGEST = 2_000  # code points of a hook or a point that are looked at


@dataclass(frozen=True, slots=True)
class Material:
    """The words at hand for one article on one network."""

    hook: str
    points: tuple[Point, ...]
    tags: tuple[str, ...]  # without #
    inline_tags: bool
    link: str  # "" where there is none
    link_in_text: bool
    labels: Labels
    bullet: str
    emoji: str
    decorated: bool
    signature: str
    summary: str
    body: str
    title: str
    author: str
    site: str

    def values(self) -> dict[str, object]:
        """Return what every block of a template can use."""
        return {
            "labels": self.labels,
            "bullet": self.bullet,
            "emoji": self.emoji,
            "decorated": self.decorated,
            "title": self.title,
            "author": self.author,
            "site": self.site,
            "link": self.link if self.link_in_text else "",
            "has_link": bool(self.link),
        }

    def without_said(self, text: str) -> Material:
        """Return the same without the points that `text` says already."""
        said = _letters(text)
        return replace(self, points=tuple(p for p in self.points if _letters(p.text) not in said))


def gather(
    article: Article,
    digest: Digest,
    limits: Limits,
    *,
    link: str | None,
    voice: Voice,
    style: Style,
) -> Material:
    """Collect and clean. Raises Refused when `link` is no web address, or every hook is banned."""
    hook = _hook(article, digest, style)
    points = _points(digest.points, hook, article.language, style)
    if not hook and points:
        hook, points = points[0].text, points[1:]
    marked = bool(article.checklist) and style.decorated
    wanted = limits.hashtags if style.hashtags is None else style.hashtags
    return Material(
        hook=hook,
        points=points,
        tags=_tags(digest.hashtags, style, wanted),
        inline_tags=style.inline_tags,
        link=_link(link, style),
        link_in_text=not limits.link_field,
        labels=labels(article.language),
        bullet="✔" if marked else "•",
        emoji=digest.emoji if style.leads_with_emoji(customary=voice.emoji) else "",
        decorated=style.decorated,
        signature=_line(style.signature),
        summary=_allowed(_spoken(_line(digest.summary), article.language, style), style)
        if voice.summary
        else "",
        body=_allowed(_body(article), style) if voice.body else "",
        title=_line(article.title or digest.headline),
        author=_line(article.author or ""),
        site=_line(article.site or ""),
    )


def _link(link: str | None, style: Style) -> str:
    if not link or not style.show_link:
        return ""
    return links.tagged(link, style.utm)


@lru_cache(maxsize=256)  # a campaign asks for the same lines once a network
def _line(text: str) -> str:
    return " ".join(clean(text[:LONGEST]).split())


@lru_cache(maxsize=1)  # a campaign asks once a blog
def _body(article: Article) -> str:
    return clean(markdown(article))


# ── what may be said ───────────────────────────────────────────────────────────────────────────


def _hook(article: Article, digest: Digest, style: Style) -> str:
    lines = [_line(text) for text in (digest.hook, digest.headline, article.title) if text]
    said = [line for line in lines if _allowed(line, style)]
    spoken = {_line(quote) for quote in article.quotes}
    if not said and any(lines):
        raise Refused(
            "The title holds a word that the brand bans.", "Change the title or banned_words."
        )
    if said and said[0] in spoken:
        return labels(article.language).quoted(said[0])
    if said and said[0] != _line(digest.headline):
        return _spoken(said[0], article.language, style)
    return said[0] if said else ""


def _spoken(text: str, language: str, style: Style) -> str:
    """Return what is not the title in the register of the points."""
    return polished(text) if language == "ko" and style.tone is not Tone.FRIENDLY else text


def _allowed(text: str, style: Style) -> str:
    """Return the text, "" when it holds a banned word."""
    folded = text.casefold()
    banned = any(word.strip().casefold() in folded for word in style.banned_words if word.strip())
    return "" if banned else text


def _points(points: Sequence[Point], hook: str, language: str, style: Style) -> tuple[Point, ...]:
    said = [_letters(hook)]
    fresh: list[Point] = []
    for point in points:
        text = _allowed(_line(point.text), style)
        letters = _letters(text)
        if letters and not any(letters in other or other in letters for other in said if other):
            fresh.append(Point(text, point.span))
            said.append(letters)
    if language == "ko":
        fresh = _in_one_register(fresh, style)
    return tuple(_evenly_closed(fresh))


def _in_one_register(points: list[Point], style: Style) -> list[Point]:
    pairs = zip(points, consistent([point.text for point in points]), strict=True)
    kept = [Point(text, point.span) for point, text in pairs if text]
    polite = [Point(formal(point.text) or "", point.span) for point in kept]
    if style.tone is Tone.FORMAL:
        return [new if new.text else old for new, old in zip(polite, kept, strict=True)]
    whole = style.tone is Tone.NEUTRAL and all(point.text for point in polite)
    return polite if whole else kept


def _evenly_closed(points: list[Point]) -> list[Point]:
    """Take the full stops off where only some points have one."""
    closed = [point.text.endswith((".", "。")) for point in points]
    if all(closed) or not any(closed):
        return points
    return [Point(regex.sub(r"(?<![.…])[.。]$", "", point.text), point.span) for point in points]


def _letters(text: str) -> str:
    return regex.sub(r"[^\p{L}\p{N}]+", "", text).casefold()


# ── hashtags ───────────────────────────────────────────────────────────────────────────────────


def _tags(tags: Sequence[str], style: Style, count: int) -> tuple[str, ...]:
    """Choose whole, allowed, different tags; the brand's own come last but take their places."""
    banned = {tag.casefold() for tag in style.banned_tags}
    own = _different(style.default_tags, banned)[:count]
    others = _different(tags, banned | {tag.casefold() for tag in own})
    return (*others[: count - len(own)], *own)


def _different(tags: Sequence[str], taken: set[str]) -> list[str]:
    chosen = {tag.casefold(): tag for tag in reversed(tags) if _is_whole(tag)}
    wanted = dict.fromkeys(tag.casefold() for tag in tags)
    return [chosen[name] for name in wanted if name in chosen and name not in taken]


@lru_cache(maxsize=256)
def _is_whole(tag: str) -> bool:
    return [found.name for found in entities.hashtags(f"#{tag}")] == [tag]
