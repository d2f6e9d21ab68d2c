"""Paragraphs: wrap, fit to a box, balance, and cut with an ellipsis when nothing fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import regex

from socialpipe.cards.typeset import breaks, direction
from socialpipe.cards.typeset.breaks import Piece
from socialpipe.cards.typeset.lines import Word, balanced, wrap
from socialpipe.cards.typeset.shape import Run, Voice, runs

_STEP = 0.5  # sizes are multiples of it, px
_PAUSES = frozenset("、。，,;:；：.!?！？…—–،؛؟।")
_SHORT_LAST_LINE = 0.3  # of the widest line: below it a paragraph looks torn
# Scripts with marks above and below need more leading than Latin, in em.
_TALL = regex.compile(r"[\p{Arabic}\p{Thai}\p{Devanagari}\p{Bengali}\p{Tamil}\p{Khmer}\p{Myanmar}]")
_TALL_LEADING = 1.42


@dataclass(frozen=True, slots=True)
class Rich:
    """A text and the ranges of it that are emphasised."""

    text: str
    hot: tuple[tuple[int, int], ...] = ()

    def flags(self) -> list[bool]:
        """Tell for every code point whether it is emphasised."""
        return [any(a <= n < b for a, b in self.hot) for n in range(len(self.text))]


@dataclass(frozen=True, slots=True)
class Fitting:
    """What a style asks for: sizes in px, leading in em."""

    voice: Voice
    smallest: float
    largest: float
    leading: float = 1.3
    lines: int = 99
    balance: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Runs from left to right with their x, in em."""

    runs: tuple[tuple[float, Run], ...]
    width: float


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A paragraph that has found its size, px; a key of caches by its identity."""

    lines: tuple[Line, ...]
    size: float
    leading: float
    cut: bool = False

    @property
    def width(self) -> float:
        """Width of the widest line."""
        return max((line.width for line in self.lines), default=0.0) * self.size

    @property
    def height(self) -> float:
        """Height of all lines with their leading."""
        return len(self.lines) * self.leading * self.size

    @property
    def missing(self) -> int:
        """How many characters no font has."""
        return sum(run.missing for line in self.lines for _, run in line.runs)


@lru_cache(maxsize=512)
def fit(rich: Rich, fitting: Fitting, width: float, height: float) -> Block:
    """Set a text as large as it fits into a box; at the smallest size it is cut instead."""
    leading = max(fitting.leading, _TALL_LEADING if _TALL.search(rich.text) else 0.0)
    paragraph = _Paragraph(rich, fitting, leading)
    size = paragraph.largest_size(width, height)
    if size is None:
        return paragraph.cut(width, height)
    return paragraph.set(size, width)


class _Paragraph:
    """One text under one style, shaped once."""

    def __init__(self, rich: Rich, fitting: Fitting, leading: float) -> None:
        self.rich = rich
        self.fitting = fitting
        self.leading = leading
        language = fitting.voice.library.language
        self.rtl = direction.is_rtl(language)
        self.levels = direction.levels(rich.text, rtl=self.rtl)
        self.flags = rich.flags()
        self.pieces = breaks.pieces(rich.text, language, rich.hot)
        self.words = [self.word(piece) for piece in self.pieces]

    def word(self, piece: Piece) -> Word:
        part = slice(piece.start, piece.end)
        found = runs(self.rich.text[part], self.levels[part], self.flags[part], self.fitting.voice)
        space = _space(self.fitting.voice) if piece.spaced else 0.0
        pauses = self.rich.text[piece.end - 1] in _PAUSES
        return Word(found, sum(run.advance for run in found), space, pauses)

    def largest_size(self, width: float, height: float) -> float | None:
        """Search the sizes; None: even the smallest does not fit."""
        low, high = self.fitting.smallest, self.fitting.largest
        if not self.fits(low, width, height):
            return None
        steps = int((high - low) / _STEP)
        first, last = 0, steps
        while first < last:
            middle = (first + last + 1) // 2
            if self.fits(low + middle * _STEP, width, height):
                first = middle
            else:
                last = middle - 1
        return low + first * _STEP

    def fits(self, size: float, width: float, height: float) -> bool:
        limit = width / size
        if any(word.width > limit for word in self.words):
            return False
        count = len(wrap(self.words, limit))
        return count <= self.fitting.lines and count * self.leading * size <= height + 0.5

    def set(self, size: float, width: float) -> Block:
        limit = width / size
        ranges = wrap(self.words, limit)
        if self.fitting.balance or _is_torn(self.words, ranges):
            ranges = balanced(self.words, limit, len(ranges))
        return self.block(self.words, ranges, size)

    def cut(self, width: float, height: float) -> Block:
        """Set at the smallest size, break words that fill more than a line, and cut the rest."""
        size = self.fitting.smallest
        limit = width / size
        words = self.narrowed(limit)
        room = max(1, min(self.fitting.lines, int((height + 0.5) / (self.leading * size))))
        ranges = wrap(words, limit)
        if len(ranges) <= room:
            return self.block(words, ranges, size)
        kept = words[: ranges[room - 1][1]]
        first = ranges[room - 1][0]
        ellipsis = self.ellipsis()
        while len(kept) > first + 1 and _width(kept[first:]) + ellipsis.width > limit:
            kept.pop()
        kept[-1] = _joined(kept[-1], ellipsis)
        block = self.block(kept, [*ranges[: room - 1], (first, len(kept))], size)
        return replace(block, cut=True)

    def narrowed(self, limit: float) -> list[Word]:
        out: list[Word] = []
        for piece, word in zip(self.pieces, self.words, strict=True):
            if word.width <= limit:
                out.append(word)
            else:
                out += [self.word(p) for p in breaks.split_piece(self.rich.text, piece)]
        return out

    def ellipsis(self) -> Word:
        found = runs("…", [int(self.rtl)], [False], self.fitting.voice)
        return Word(found, sum(run.advance for run in found), 0.0)

    def block(self, words: Sequence[Word], ranges: Sequence[tuple[int, int]], size: float) -> Block:
        lines = tuple(_line(words[a:b]) for a, b in ranges)
        return Block(lines, size, self.leading)


def _is_torn(words: Sequence[Word], ranges: Sequence[tuple[int, int]]) -> bool:
    if len(ranges) < 2:
        return False
    widths = [_width(words[a:b]) for a, b in ranges]
    return widths[-1] < _SHORT_LAST_LINE * max(widths)


def _width(words: Sequence[Word]) -> float:
    return sum(word.width + word.space for word in words) - (words[-1].space if words else 0.0)


def _joined(word: Word, tail: Word) -> Word:
    return Word(word.runs + tail.runs, word.width + tail.width, 0.0)


def _line(words: Sequence[Word]) -> Line:
    """Put the runs of one line into visual order."""
    items: list[Run | float] = []
    item_levels: list[int] = []
    for n, word in enumerate(words):
        items += word.runs
        item_levels += [run.level for run in word.runs]
        if word.space and n + 1 < len(words):
            items.append(word.space)
            item_levels.append(_between(word, words[n + 1]))
    placed, x = [], 0.0
    for item in direction.visual(items, item_levels):
        if isinstance(item, Run):
            placed.append((x, item))
        x += item.advance if isinstance(item, Run) else item
    return Line(tuple(placed), x)


def _between(left: Word, right: Word) -> int:
    """Level of a space: the lower one of its neighbours'."""
    neighbours = [run.level for run in (*left.runs[-1:], *right.runs[:1])]
    return min(neighbours, default=0)


@lru_cache(maxsize=64)
def _space(voice: Voice) -> float:
    return sum(run.advance for run in runs(" ", [0], [False], voice))
