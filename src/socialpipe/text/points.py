"""Which sentences could stand alone as a point, and where their words begin and end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from socialpipe.model import Article
from socialpipe.text.lexicon import UNSPACED, Lexicon
from socialpipe.text.marks import dense, edges, label, plain
from socialpipe.text.sentences import split

_ENDED = re.compile(r"[.!…。！।۔｡][\"'”’»」』）)\]】]*$")
_ADDRESS = re.compile(r"https?://|www\.|\w@\w")
_PAIRS = (
    ("“", "”"),
    ("「", "」"),
    ("『", "』"),
    ("«", "»"),
    ("(", ")"),
    ("（", "）"),
    ("‘", "’"),
    ("[", "]"),
)
WEAK = 2.0  # fault from which a sentence needs the one before it, or speaks of its author
MOST = 300  # sentences looked at: bounds the time for a book


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that says something by itself; `fault` is what speaks against it (0: nothing)."""

    text: str
    start: int
    end: int
    fault: float


@lru_cache(maxsize=2)
def candidates(article: Article, lexicon: Lexicon) -> tuple[Candidate, ...]:
    """Return the sentences of the body that could be points, in order."""
    headings = {section.heading for section in article.sections if section.heading}
    found: list[Candidate] = []
    for start, end in _sentences(article.text, headings, lexicon):
        candidate = judge(article.text, start, end, lexicon)
        if candidate:
            found.append(candidate)
        if len(found) == MOST:
            break
    return tuple(found)


def _sentences(text: str, headings: set[str], lexicon: Lexicon) -> list[tuple[int, int]]:
    spans, offset = [], 0
    for line in text.split("\n"):
        if label(line) not in headings:
            skip = 2 if line.startswith("- ") else 0
            spans += [
                (offset + skip + a, offset + skip + b) for a, b in split(line[skip:], lexicon)
            ]
        offset += len(line) + 1
        if len(spans) > 4 * MOST:
            break
    return spans


def judge(text: str, start: int, end: int, lexicon: Lexicon) -> Candidate | None:
    """Return the sentence as a point: trimmed, weighed; None when it cannot be one."""
    whole = text[start:end]
    if len(whole) > 600 or refused(whole, lexicon):
        return None
    start, end = trimmed(text, start, end, lexicon)
    kept = text[start:end]
    shortest, longest = (10, 110) if dense(kept) else (28, 240)
    if not shortest <= len(kept) <= longest or not _complete(text, start, end, lexicon):
        return None
    return Candidate(kept, start, end, fault(kept, lexicon))


def refused(sentence: str, lexicon: Lexicon) -> bool:
    """Questions, greetings, calls to action, asides and addresses are never points."""
    bare = plain(sentence).rstrip("\"'”’»」』）) ")
    return bool(
        bare.endswith(("?", "？", "؟", ":", "：", "⁉"))
        or (bare[:1] in '“"「『«„' and re.search(r"[?？]", bare))
        or _ADDRESS.search(sentence)
        or lexicon.questions.search(bare.rstrip(".!。！"))
        or lexicon.greetings.match(sentence)
        or lexicon.calls.search(sentence)
        or lexicon.chatter.search(sentence)
    )


def trimmed(text: str, start: int, end: int, lexicon: Lexicon) -> tuple[int, int]:
    """Without emoji and signs around it, and without the connective that it opens with.

    Where letters have case only what is followed by a capital can go: a point is an exact span.
    """
    a, b = edges(text[start:end])
    start, end = start + a, start + b
    for _ in range(2):
        found = lexicon.connectives.match(text, start, end)
        if not found or found.end() - start > 30 or found.end() >= end:
            break
        rest = text[found.end()]
        if rest.islower() or not (
            text[found.end() - 1].isspace() or text[found.end() - 1] in ",，、:："
        ):
            break
        start = found.end()
    return start, end


def _complete(text: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """Return ends like a sentence or is a list item, and its quotation marks pair."""
    kept = text[start:end]
    if any(kept.count(a) != kept.count(b) for a, b in _PAIRS if a != "‘"):
        return False
    if kept.count('"') % 2 or (kept.endswith(("...", "…")) and len(kept) < 40):
        return False
    listed = text.startswith("- ", text.rfind("\n", 0, start) + 1)
    spoken = lexicon.language == "ko" and re.search(r"[다요음함임]$", kept)
    return bool(_ENDED.search(kept) or listed or spoken or lexicon.language == "th")


def fault(kept: str, lexicon: Lexicon) -> float:
    """Return what makes a sentence weaker alone: asides, the author's I, pronouns, exclamation."""
    weight = 0.6 if kept.endswith(("!", "！")) else 0.0
    weight += WEAK if lexicon.personal.search(kept) else 0.0
    weight += WEAK if lexicon.dependents.match(kept) else 0.0
    weight += 1.0 if lexicon.connectives.match(kept) and lexicon.language not in UNSPACED else 0.0
    return weight + (0.6 if kept[:1] in '“"「『«„' else 0.0)
