"""Paragraphs: wrap, fit to a box, balance, and cut with an ellipsis when nothing fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import regex

from socialpipe.cards.typeset import direction
from socialpipe.cards.typeset.lines import Word, balanced, wrap
from socialpipe.cards.typeset.rich import Rich
from socialpipe.cards.typeset.shape import Run, Voice
from socialpipe.cards.typeset.shaped import Shaped, shaped

_STEP = 0.5  # sizes are multiples of it, px
_WORTH_A_HYPHEN = 1.25  # so many times larger a text must get by it
_TWO_LINES = 1.9  # lines that a word may fill: with one hyphen
_FILLING = 0.9  # of a line: a word as wide as this keeps the text from growing
_LITTLE = 0.45  # of the widest line: a line that holds less looks left over
_SMALLER = 0.8  # times the size, at least, for one line less
_SHORT_LAST_LINE = 0.3  # of the widest line: below it a paragraph looks torn
# Scripts with marks above and below need more leading than Latin, in em.
_TALL = regex.compile(r"[\p{Arabic}\p{Thai}\p{Devanagari}\p{Bengali}\p{Tamil}\p{Khmer}\p{Myanmar}]")
_TALL_LEADING = 1.42


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


@lru_cache(maxsize=256)
def fit(rich: Rich, fitting: Fitting, width: float, height: float) -> Block:
    """Set a text as large as it fits into a box; at the smallest size it is cut instead.

    Words are hyphenated where a long one would make the whole text much smaller.
    """
    leading = max(fitting.leading, _TALL_LEADING if _TALL.search(rich.text) else 0.0)
    paragraph = _Paragraph(shaped(rich, fitting.voice), fitting, leading)
    size = paragraph.largest_size(width, height)
    if paragraph.is_held_back(size, width):
        paragraph.hyphenates = True
        larger = paragraph.largest_size(width, height)
        if larger is None or larger < _WORTH_A_HYPHEN * (size or 0.0):
            paragraph.hyphenates = False
        else:
            size = larger
    if size is None:
        return paragraph.cut(width, height)
    block = paragraph.set(size, width)
    return paragraph.evened(block, width, height) if fitting.balance else block


class _Paragraph:
    """A text looking for its size."""

    def __init__(self, text: Shaped, fitting: Fitting, leading: float) -> None:
        self.text = text
        self.fitting = fitting
        self.leading = leading
        self.hyphenates = False

    def is_held_back(self, size: float | None, width: float) -> bool:
        """Whether a single word keeps the text from being larger, or from fitting at all."""
        if self.fitting.lines < 2 or size == self.fitting.largest:
            return False
        filled = _FILLING if size else 1.0
        return self.text.widest * (size or self.fitting.smallest) > filled * width

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
        if self.text.widest > limit * (_TWO_LINES if self.hyphenates else 1):
            return False
        words = self.parted(limit)
        if self.hyphenates and any(word.last_width > limit for word in words):
            return False
        count = len(wrap(words, limit))
        return count <= self.fitting.lines and count * self.leading * size <= height + 0.5

    def set(self, size: float, width: float) -> Block:
        limit = width / size
        words = self.parted(limit)
        ranges = wrap(words, limit)
        if self.fitting.balance or _is_torn(words, ranges):
            ranges = balanced(words, limit, len(ranges))
        return self.block(words, ranges, size)

    def evened(self, block: Block, width: float, height: float) -> Block:
        """Set a headline a little smaller when that spares it a line that holds next to nothing."""
        widths = [line.width for line in block.lines]
        if min(widths, default=1.0) >= _LITTLE * max(widths, default=1.0):
            return block
        low, high = int(_SMALLER * block.size / _STEP), int(block.size / _STEP)
        for size in (n * _STEP for n in range(high - 1, low, -1)):
            if size < self.fitting.smallest or not self.fits(size, width, height):
                break
            if len(wrap(self.parted(width / size), width / size)) < len(block.lines):
                return self.set(size, width)
        return block

    def parted(self, limit: float) -> Sequence[Word]:
        """Return the words; where they may be, those wider than a line hyphenated."""
        if not self.hyphenates or self.text.widest <= limit:
            return self.text.words
        return self.text.hyphenated(limit)

    def cut(self, width: float, height: float) -> Block:
        """Set at the smallest size, break words that fill more than a line, and cut the rest."""
        size = self.fitting.smallest
        limit = width / size
        words = self.text.narrowed(limit)
        room = max(1, min(self.fitting.lines, int((height + 0.5) / (self.leading * size))))
        ranges = wrap(words, limit)
        if len(ranges) <= room:
            return self.block(words, ranges, size)
        kept = words[: ranges[room - 1][1]]
        first = ranges[room - 1][0]
        ellipsis = self.text.mark("…", int(self.text.rtl))
        while len(kept) > first + 1 and _width(kept[first:]) + ellipsis.width > limit:
            kept.pop()
        kept[-1] = _joined(kept[-1], ellipsis)
        block = self.block(kept, [*ranges[: room - 1], (first, len(kept))], size)
        return replace(block, cut=True)

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
    if words and words[-1].hyphen:
        words = [*words[:-1], _joined(words[-1], words[-1].hyphen)]
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
