"""Drafts: a campaign that a person still works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from socialpipe.model.article import Article, Digest
from socialpipe.model.post import Post


class Stage(StrEnum):
    """How far a draft is."""

    SOURCE = "source"  # a text or an address, as somebody left it
    WORKING = "working"  # it is read and composed
    READY = "ready"  # its posts are there


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person chose for the whole campaign; None: as the brand or the product has it."""

    channels: tuple[int, ...] = ()
    brand_id: int | None = None
    tone: str | None = None
    link: str | None = None
    template: str | None = None
    theme: str | None = None
    highlight: str | None = None
    engine: str = "extractive"
    at: str | None = None  # the free slot that it is for, by its channel's clock: 2026-11-24T09:00


@dataclass(frozen=True, slots=True)
class Sheet:
    """The post of one channel: as it was composed, and what a person made of it. No cards."""

    variants: tuple[Post, ...]
    picked: int = 0
    edited: Post | None = None
    template: str | None = None  # None: as the campaign has it
    theme: str | None = None
    alts: Mapping[str, str] = field(default_factory=dict)  # by the hash of the card's own alt text

    @property
    def post(self) -> Post:
        """What the channel will say."""
        return self.edited or self.variants[self.picked]


@dataclass(frozen=True, slots=True)
class Body:
    """What is in a draft."""

    wishes: Wishes = field(default_factory=Wishes)
    article: Article | None = None
    digest: Digest | None = None
    sheets: Mapping[int, Sheet] = field(default_factory=dict)  # by channel
    read_from: str | None = None  # name of the text that the article was read from
    note: str | None = None  # what whoever wrote it should know, as that the model was of no use


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft; each change makes its version one more."""

    id: int
    version: int
    title: str
    source: str
    stage: Stage
    body: Body
    problem: str | None = None  # why it could not be composed
    campaign_id: int | None = None  # what it was queued as
    actor: str = ""  # who changed it last
    updated_at: datetime | None = None
    picture: bytes | None = field(default=None, repr=False)  # that a person chose
    found_picture: bytes | None = field(default=None, repr=False)  # that the article has
