"""Draws the cards of drafts: CPU work, so two at a time, and each only once.

How a card looks (its size, what it says) is remembered of thousands, so that a page of a draft, or
a text that is kept, draws nothing. The pictures themselves are remembered as far as there is room;
one that is asked for later is drawn again, to the same pixels.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from threading import BoundedSemaphore, Lock
from typing import TypeVar

from socialpipe.composing import Options, draw_for
from socialpipe.errors import SocialpipeError
from socialpipe.model import Article, Card, Digest, Limits
from socialpipe.store.rows import digest_of
from socialpipe.web.places import given_up

_T = TypeVar("_T")
_AT_ONCE = 2
_FACES = 5000  # sets of cards whose looks are remembered, some kB each
_ROOM = 32_000_000  # bytes of pictures that are remembered


@dataclass(frozen=True, slots=True)
class Face:
    """A card without its pixels; `version` names those."""

    alt: str
    width: int
    height: int
    mime: str
    version: str


_Cards = Callable[[], tuple[Card, ...]]
_Looks = tuple[tuple[Face, ...], SocialpipeError | None]


@dataclass(frozen=True, slots=True)
class Drawn:
    """How the cards look, or why there are none."""

    faces: tuple[Face, ...]
    problem: SocialpipeError | None
    draw: _Cards = field(repr=False)

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards with their pixels, drawn again if there was no room to remember them."""
        return self.draw() if self.faces else ()


class Easel:
    """One for the process."""

    def __init__(self) -> None:
        self._turn = BoundedSemaphore(_AT_ONCE)
        self._lock = Lock()
        self._looks: OrderedDict[str, _Looks] = OrderedDict()
        self._cards: OrderedDict[str, tuple[Card, ...]] = OrderedDict()
        self._taken = 0  # bytes of pictures

    def draw(self, article: Article, digest: Digest, options: Options, limits: Limits) -> Drawn:
        """Return the cards; the same wishes cost nothing the second time."""
        key = _key(article, digest, options, limits)
        cards = partial(self._drawn, key, partial(draw_for, article, digest, options, limits))
        with self._lock:
            known = _used(self._looks, key)
        return Drawn(*(known or self._looked(key, cards)), cards)

    def _looked(self, key: str, cards: _Cards) -> _Looks:
        """Draw what nobody has drawn yet, and remember how it looks."""
        found: _Looks
        try:
            found = tuple(map(_face, cards())), None
        except SocialpipeError as error:
            found = (), error
        with self._lock:
            self._looks[key] = found
            while len(self._looks) > _FACES:
                self._looks.popitem(last=False)
        return found

    def _drawn(self, key: str, draw: _Cards) -> tuple[Card, ...]:
        """Return the pictures, drawn again if there was no room for them."""
        if (found := self._find(key)) is not None:
            return found
        with given_up(), self._turn:
            if (found := self._find(key)) is not None:  # somebody else drew it while we waited
                return found
            drawn = draw()
            self._keep(key, drawn)
        return drawn

    def _find(self, key: str) -> tuple[Card, ...] | None:
        with self._lock:
            return _used(self._cards, key)

    def _keep(self, key: str, cards: tuple[Card, ...]) -> None:
        with self._lock:
            self._taken += _size(cards)
            self._cards[key] = cards
            while self._taken > _ROOM and len(self._cards) > 1:
                self._taken -= _size(self._cards.popitem(last=False)[1])


def _used(kept: OrderedDict[str, _T], key: str) -> _T | None:
    """Return what is kept, and forget it later than all others."""
    if key in kept:
        kept.move_to_end(key)
    return kept.get(key)


def _face(card: Card) -> Face:
    return Face(card.alt, card.width, card.height, card.mime, digest_of(card.data))


def _size(cards: tuple[Card, ...]) -> int:
    return sum(len(card.data) for card in cards)


def _key(article: Article, digest: Digest, options: Options, limits: Limits) -> str:
    shown = (limits.card, limits.images, limits.alt, limits.image_bytes, limits.image_formats)
    return hashlib.sha256(repr((article, digest, options, shown)).encode()).hexdigest()
