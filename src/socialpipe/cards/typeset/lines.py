"""Lines: words are filled into a width, greedily or as evenly as can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf

from socialpipe.cards.typeset.shape import Run

_MOST_BALANCED = 60  # words; longer texts are no headlines
_AT_PAUSE = 0.8  # slack counts less where a clause ends
_EASE = 1.06  # of the narrowest column: leaves a choice between good breaks
_HALVINGS = 10
_ROUNDING = 1e-9

Ranges = list[tuple[int, int]]
_Breaking = tuple[float, tuple[tuple[int, int], ...]]  # cost, and the lines as ranges of words


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of text, shaped; widths in em. `pauses`: ends a clause, a good place to break.

    `hyphen` is drawn after it when it ends a line.
    """

    runs: tuple[Run, ...]
    width: float
    space: float
    pauses: bool = False
    hyphen: Word | None = None

    @property
    def last_width(self) -> float:
        """Its width at the end of a line."""
        return self.width + (self.hyphen.width if self.hyphen else 0.0)


def wrap(words: Sequence[Word], limit: float) -> Ranges:
    """Fill lines greedily; returns index ranges of words."""
    ranges: Ranges = []
    start, used = 0, 0.0
    for n, word in enumerate(words):
        ends = word.last_width if word.hyphen else word.width
        if n > start and used + ends > limit:
            ranges.append((start, n))
            start, used = n, 0.0
        used += word.width + word.space
    if words:
        ranges.append((start, len(words)))
    return ranges


def balanced(words: Sequence[Word], limit: float, count: int) -> Ranges:
    """Break into the same number of lines, as even as can be: least sum of squared slack.

    The slack is that in little more than the narrowest column that has so many lines.
    """
    if len(words) > _MOST_BALANCED:
        return wrap(words, limit)
    cost = _line_cost(words, min(limit, _EASE * _narrowest(words, limit, count)))
    best: list[_Breaking] = [(0.0, ())]
    best += [(inf, ()) for _ in words]
    for _ in range(count):
        best = [_extended(best, end, cost) for end in range(len(words) + 1)]
    return list(best[-1][1]) or wrap(words, limit)


def _narrowest(words: Sequence[Word], limit: float, count: int) -> float:
    low, high = max((word.last_width for word in words), default=0.0), limit
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if len(wrap(words, middle)) > count:
            low = middle
        else:
            high = middle
    return high


def _line_cost(words: Sequence[Word], limit: float) -> Callable[[int, int], float]:
    """Return what a line of the words [begin, end) costs; infinite: it is too wide."""
    starts = [0.0, *accumulate(word.width + word.space for word in words)]

    def cost(begin: int, end: int) -> float:
        last = words[end - 1]
        width = starts[end] - last.space - last.width + last.last_width - starts[begin]
        slack = limit - width
        return inf if slack < -_ROUNDING else slack * slack * (_AT_PAUSE if last.pauses else 1)

    return cost


def _extended(best: Sequence[_Breaking], end: int, cost: Callable[[int, int], float]) -> _Breaking:
    """Add one line that ends before word `end` to the best of the shorter breakings."""
    found: _Breaking = (inf, ())
    for begin, (before, lines) in enumerate(best[:end]):
        if before < found[0] and (total := before + cost(begin, end)) < found[0]:
            found = (total, (*lines, (begin, end)))
    return found
