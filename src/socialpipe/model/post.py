"""Posts: what one channel will say."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from socialpipe.model.article import Article, Digest, Provenance
from socialpipe.model.platform import Unit


@dataclass(frozen=True, slots=True)
class Card:
    """One rendered image with alt text. `sha256` names the bytes in the store."""

    data: bytes = field(repr=False)
    width: int
    height: int
    alt: str
    mime: str = "image/jpeg"
    missing_glyphs: int = 0
    template: str = ""
    theme: str = ""
    reason: str = ""  # why this template


class PostKind(StrEnum):
    """How the parts of a post hang together on the network."""

    SINGLE = "single"
    THREAD = "thread"
    CAROUSEL = "carousel"
    ARTICLE = "article"
    PIN = "pin"


@dataclass(frozen=True, slots=True)
class Part:
    """Exactly the text to be sent in one call."""

    text: str
    length: int
    limit: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Post:
    """What one channel will say. Cards go with the first part."""

    platform: str
    kind: PostKind
    parts: tuple[Part, ...]
    language: str = "und"
    title: str | None = None
    link: str | None = None
    hashtags: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    warning: str | None = None  # what a reader sees before opening it
    first_comment: str | None = None  # our own, below the post


@dataclass(frozen=True, slots=True)
class Campaign:
    """All posts made from one article; several for one platform are variants, best first."""

    article: Article
    digest: Digest
    posts: tuple[Post, ...]
    provenance: Provenance = field(default_factory=Provenance)
