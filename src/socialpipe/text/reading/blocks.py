"""What every reader of a format hands over: blocks in order, and what the source says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from socialpipe.model import Picture
from socialpipe.text.marks import label, plain, unbracket


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item or quotation; `mark` is the author's bullet."""

    kind: Kind
    text: str
    mark: str = ""

    @property
    def plain(self) -> str:
        """The words alone: no emoji or brackets around them."""
        return label(self.text) if self.kind is Kind.HEADING else unbracket(plain(self.text))

    @property
    def shown(self) -> str:
        """As it stands in `Article.text`."""
        return f"- {self.text}" if self.kind is Kind.BULLET else self.text


@dataclass(slots=True)
class Draft:
    """An article on its way: what one format's reader found."""

    blocks: list[Block] = field(default_factory=list)
    title: str = ""
    dek: str | None = None
    language: str | None = None  # what the source claims
    author: str | None = None
    published_at: datetime | None = None
    site: str | None = None
    url: str | None = None
    keywords: list[str] = field(default_factory=list)
    images: list[Picture] = field(default_factory=list)
