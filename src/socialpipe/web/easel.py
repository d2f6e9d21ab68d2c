"""Draws the cards of drafts: CPU work, so two at a time, and each only once."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import BoundedSemaphore, Lock
from typing import NamedTuple

from socialpipe.composing import Options, draw_for
from socialpipe.errors import SocialpipeError
from socialpipe.model import Article, Card, Digest, Limits

_AT_ONCE = 2
_KEPT = 64  # sets of cards, some 200 kB each


class Drawn(NamedTuple):
    """Cards, or why there are none."""

    cards: tuple[Card, ...]
    problem: SocialpipeError | None = None


class Easel:
    """One for the process."""

    def __init__(self) -> None:
        self._turn = BoundedSemaphore(_AT_ONCE)
        self._lock = Lock()
        self._kept: OrderedDict[str, Drawn] = OrderedDict()

    def draw(self, article: Article, digest: Digest, options: Options, limits: Limits) -> Drawn:
        """Return the cards; the same wishes cost nothing the second time."""
        key = _key(article, digest, options, limits)
        if found := self._find(key):
            return found
        with self._turn:
            if found := self._find(key):  # somebody else drew it while we waited
                return found
            drawn = _drawn(article, digest, options, limits)
            self._keep(key, drawn)
        return drawn

    def _find(self, key: str) -> Drawn | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: str, drawn: Drawn) -> None:
        with self._lock:
            self._kept[key] = drawn
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


def _drawn(article: Article, digest: Digest, options: Options, limits: Limits) -> Drawn:
    try:
        return Drawn(draw_for(article, digest, options, limits))
    except SocialpipeError as error:
        return Drawn((), error)


def _key(article: Article, digest: Digest, options: Options, limits: Limits) -> str:
    shown = (limits.card, limits.images, limits.alt, limits.image_bytes, limits.image_formats)
    return hashlib.sha256(repr((article, digest, options, shown)).encode()).hexdigest()
