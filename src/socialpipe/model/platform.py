"""Platforms: what they take, how fast, and how their answers are recovered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Unit(StrEnum):
    """By what a platform measures text; the functions are in `socialpipe.text.count`."""

    WEIGHTED = "weighted"  # X: Latin 1, CJK and emoji 2, any URL 23
    GRAPHEMES = "graphemes"  # what a reader calls a character
    UTF16 = "utf16"  # UTF-16 code units
    CODEPOINTS = "codepoints"  # len() of a Python string
    EMOJI_BYTES = "emoji_bytes"  # Threads: code points, but an emoji is its UTF-8 bytes
    ESCAPED = "escaped"  # LinkedIn: UTF-16 code units after escaping for "little text"
    ENTITIES = "entities"  # Slack: UTF-16 code units after & < > have become entities
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
    comments: bool = False  # … and our own comments below them

    @property
    def can_tell(self) -> bool:
        """Whether the engine learns it by itself; else a person has to look."""
        return self.read_back or self.key_lifetime is not None

    def of_comment(self) -> Recovery:
        """Return the same for our first comment: no network takes a key with it."""
        return Recovery(read_back=self.comments)


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
    """The network's name and address of what was published.

    `extra` is for later calls about it. `text` is what readers see there, where the network's
    answer tells: it is compared with what was sent, and not kept.
    """

    id: str
    url: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    text: str | None = field(default=None, compare=False)
