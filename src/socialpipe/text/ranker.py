"""Order sentences by what an editor would keep.

A linear ranker over standardised features. Position, length, likeness to title and to the whole
carry the weights that a search over news and blogs gave (ko, tr, en, id; November 2026); the
weights of faults and figures are set by hand for posts, which want few words and facts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from socialpipe.text.figures import figures
from socialpipe.text.lexicon import Lexicon
from socialpipe.text.marks import dense
from socialpipe.text.points import Candidate
from socialpipe.text.words import terms

FIRST, EARLY, LENGTH, TITLE, CENTRE, FIGURE = 1.0, 0.3, 0.4, 0.8, 0.6, 0.7
ALIKE = 0.5  # shared terms, of the shorter one, from which two points say the same


def rank(found: Sequence[Candidate], title: str, lexicon: Lexicon) -> list[Candidate]:
    """Return the candidates, best first."""
    bags = [Counter(terms(candidate.text, lexicon)) for candidate in found]
    heading = Counter(terms(title, lexicon))
    centre: Counter[str] = Counter()
    for bag in bags:
        centre.update(bag)
    columns = (
        (FIRST, [1 / (1 + i) for i in range(len(found))]),
        (EARLY, [-float(i) for i in range(len(found))]),
        (LENGTH, [_concise(candidate.text) for candidate in found]),
        (TITLE, [_cosine(bag, heading) for bag in bags]),
        (CENTRE, [_cosine(bag, centre) for bag in bags]),
        (FIGURE, [_figured(candidate.text, title, lexicon.language) for candidate in found]),
    )
    scores = [-candidate.fault for candidate in found]
    for weight, column in columns:
        for i, value in enumerate(_standard(column)):
            scores[i] += weight * value
    order = sorted(range(len(found)), key=lambda i: (-scores[i], i))
    return [found[i] for i in order]


def _figured(text: str, title: str, language: str) -> float:
    """How much its figures tell; most when the title has one of them."""
    return max((f.weight + 2 * (f.text in title) for f in figures(text, language)), default=0.0)


def _concise(text: str) -> float:
    """Nearest to what fits a card: 55 syllables, 100 letters."""
    return -abs(math.log(len(text) / (55 if dense(text) else 100)))


def distinct(ranked: Sequence[Candidate], most: int, lexicon: Lexicon) -> list[Candidate]:
    """Return the first ones of which no two say the same."""
    kept: list[Candidate] = []
    bags: list[set[str]] = []
    for candidate in ranked:
        bag = set(terms(candidate.text, lexicon))
        if bag and all(len(bag & other) < ALIKE * min(len(bag), len(other)) for other in bags):
            kept.append(candidate)
            bags.append(bag)
        if len(kept) == most:
            break
    return kept


def _standard(column: list[float]) -> list[float]:
    if not column:
        return column
    mean = sum(column) / len(column)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in column) / len(column))
    return [min(2.5, (value - mean) / deviation) if deviation else 0.0 for value in column]


def _cosine(a: Counter[str], b: Counter[str]) -> float:
    if not a or not b:
        return 0.0
    dot = sum(count * b[term] for term, count in a.items())
    return dot / math.sqrt(sum(n * n for n in a.values()) * sum(n * n for n in b.values()))
