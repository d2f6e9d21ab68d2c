"""The nouns, frozen. What each one means is in docs/architecture.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


# ── the article and what matters in it ─────────────────────────────────────────────────────────


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
    hook: str = ""
    emoji: str = ""
    keywords: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    reading_minutes: int = 1
    hooks: tuple[str, ...] = ()  # first lines to choose from, best first

    def best(self, count: int) -> tuple[Point, ...]:
        """Return the `count` most important points, in the order of the article."""
        return tuple(sorted(self.points[:count], key=lambda point: point.span))


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who wrote a digest; `fallback` says why it was not the engine that was asked for."""

    engine: str = "extractive"
    model: str | None = None
    fallback: str | None = None


# ── platforms ──────────────────────────────────────────────────────────────────────────────────


class Unit(StrEnum):
    """By what a platform measures text; the functions are in `socialpipe.text.count`."""

    WEIGHTED = "weighted"  # X: Latin 1, CJK and emoji 2, any URL 23
    GRAPHEMES = "graphemes"  # what a reader calls a character
    UTF16 = "utf16"  # UTF-16 code units
    CODEPOINTS = "codepoints"  # len() of a Python string
    EMOJI_BYTES = "emoji_bytes"  # Threads: code points, but an emoji is its UTF-8 bytes
    ESCAPED = "escaped"  # LinkedIn: UTF-16 code units after escaping for "little text"
    BYTES = "bytes"  # UTF-8 bytes


@dataclass(frozen=True, slots=True)
class Limits:
    """What one platform takes. Preview, fitting, validation and tables all read this."""

    text: int  # longest part, in `unit`
    unit: Unit
    source: str  # where the numbers come from …
    checked: str  # … and when, ISO date
    text_bytes: int | None = None  # UTF-8 bytes, where limited too
    link: int | None = None  # what a URL weighs; None: as long as it is
    caption: int | None = None  # longest text beside an image, where it differs
    thread: bool = True  # can one post have several parts
    link_field: bool = False  # the link travels in a field, not in the text
    hashtags: int = 3  # how many a post should carry
    hashtags_most: int | None = None  # how many the network takes
    mentions_most: int | None = None  # how many @accounts it takes in one part
    links_most: int | None = None  # how many different URLs it takes in one part
    warning: int | None = None  # longest content warning, which counts as text; None: no field
    comments: bool = False  # our own first comment below a post can carry the hashtags
    images: int = 4
    image_bytes: int = 5_000_000
    image_formats: tuple[str, ...] = ("image/jpeg", "image/png")
    alt: int | None = 1000  # longest alt text, characters; None: there is no field for it
    card: tuple[int, int] = (1200, 675)  # pixels

    def text_limit(self, *, with_image: bool) -> int:
        """Longest part in `unit`, given whether an image goes with it."""
        return self.caption if with_image and self.caption is not None else self.text


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a platform offers to learn the outcome of a call whose answer was lost."""

    key_lifetime: timedelta | None = None  # a repeat with the same key within it creates no twin
    read_back: bool = False  # own posts can be looked up


class Scope(StrEnum):
    """Whose calls a rate counts."""

    CHANNEL = "channel"  # those of one account
    APP = "app"  # those of all accounts with the same credentials
    PLATFORM = "platform"  # all of ours


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` posts within `period`. The source stands where it is declared."""

    scope: Scope
    count: int
    period: timedelta


@dataclass(frozen=True, slots=True)
class Receipt:
    """The network's name and address of what was published; `extra` is for replies to it."""

    id: str
    url: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


# ── posts ──────────────────────────────────────────────────────────────────────────────────────


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
    provenance: Provenance = Provenance()


# ── deliveries ─────────────────────────────────────────────────────────────────────────────────


class State(StrEnum):
    """Where a delivery stands."""

    DRAFT = "draft"  # queued; a worker has yet to compose and draw it
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"  # waits for its time
    CLAIMED = "claimed"  # a dispatcher has sent the message for it
    PUBLISHING = "publishing"  # the intent is committed; a call may be under way
    PUBLISHED = "published"
    UNCERTAIN = "uncertain"  # it may be out; never blindly retried
    FAILED = "failed"
    CANCELLED = "cancelled"
    MISSED = "missed"  # its time passed beyond the grace

    @property
    def final(self) -> bool:
        """Whether nothing moves it any more without a person."""
        return self in {State.PUBLISHED, State.FAILED, State.CANCELLED, State.MISSED}


class OnMiss(StrEnum):
    """What becomes of a delivery whose time has passed by more than its grace."""

    PUBLISH = "publish"  # late is better than never
    HOLD = "hold"  # a person decides
    NEXT = "next"  # it takes the channel's next free slot
    SKIP = "skip"  # it is missed


@dataclass(frozen=True, slots=True)
class Channel:
    """One connected account on a platform. Secrets stay in the store."""

    id: int
    name: str
    platform: str
    api_base: str | None
    settings: Mapping[str, str]
    timezone: str
    paused: bool = False
    pause_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Getting one post out on one channel at one time. All times are aware, UTC."""

    id: int
    campaign_id: int
    channel_id: int
    channel: str
    platform: str
    title: str
    state: State
    due_at: datetime
    wanted_at: datetime
    attempt: int
    max_attempts: int
    fence: int
    key: str
    grace: timedelta
    on_miss: OnMiss = OnMiss.HOLD
    local_due: str | None = None  # naive wall time, ISO 8601, that `wanted_at` comes from …
    tz: str | None = None  # … and its zone
    in_slot: bool = False
    not_before: datetime | None = None
    expires_at: datetime | None = None
    recurrence_id: int | None = None
    approved: bool = False
    needs_review: bool = False
    reason: str | None = None
    warnings: tuple[str, ...] = ()  # what will keep it from going out, each with its fix
    lease_until: datetime | None = None
    frozen_at: datetime | None = None
    look_at: datetime | None = None
    misses: int = 0
    published_at: datetime | None = None
    receipt: Receipt | None = None
    channel_paused: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One transition of a delivery, or something worth knowing about it."""

    at: datetime
    from_state: State | None
    to_state: State
    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, with its answer. `outcome` is a class name of `errors` or "Published"."""

    n: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    detail: str | None
