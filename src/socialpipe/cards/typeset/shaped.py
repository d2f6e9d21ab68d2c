"""A text shaped once, whatever its size: its words, and how they may be parted."""

from __future__ import annotations

from functools import lru_cache

from socialpipe.cards.typeset import breaks, direction
from socialpipe.cards.typeset.breaks import Piece
from socialpipe.cards.typeset.lines import Word
from socialpipe.cards.typeset.rich import Rich
from socialpipe.cards.typeset.shape import Voice, runs

_PAUSES = frozenset("、。，,;:；：.!?！？…—–،؛؟।")


@lru_cache(maxsize=32)  # more than a card has
def shaped(rich: Rich, voice: Voice) -> Shaped:
    """Return a text as a voice says it."""
    return Shaped(rich, voice)


class Shaped:
    """One text in one voice."""

    def __init__(self, rich: Rich, voice: Voice) -> None:
        self.text = rich.text
        self.voice = voice
        self.language = voice.library.language
        self.rtl = direction.is_rtl(self.language)
        self.levels = direction.levels(rich.text, rtl=self.rtl)
        self.flags = rich.flags()
        self.pieces = breaks.pieces(rich.text, self.language, rich.hot)
        self.words = [self.word(piece) for piece in self.pieces]
        self.hyphens: dict[int, list[Word]] = {}
        self.widest = max((word.width for word in self.words), default=0.0)

    def word(self, piece: Piece) -> Word:
        """Shape a piece of the text."""
        start, end = piece.start, piece.end
        found = runs(
            self.text[start:end], self.levels[start:end], self.flags[start:end], self.voice
        )
        space = _space(self.voice) if piece.spaced else 0.0
        pauses = self.text[end - 1] in _PAUSES
        hyphen = None
        if piece.hyphen:
            hyphen = self.mark("-", self.levels[end - 1], hot=self.flags[end - 1])
        return Word(found, sum(run.advance for run in found), space, pauses, hyphen)

    def mark(self, char: str, level: int, *, hot: bool = False) -> Word:
        """Shape a mark that the text itself does not have."""
        found = runs(char, [level], [hot], self.voice)
        return Word(found, sum(run.advance for run in found), 0.0)

    def hyphenated(self, limit: float) -> list[Word]:
        """Return the words, those wider than a line (em) hyphenated where they may be."""
        return [part for n in range(len(self.words)) for part in self.parts(n, limit)]

    def parts(self, n: int, limit: float) -> list[Word]:
        """Return a word whole when it fits into a line, else its hyphenated parts."""
        if self.words[n].width <= limit:
            return [self.words[n]]
        if n not in self.hyphens:
            cuts = breaks.hyphenated(self.text, self.pieces[n], self.language)
            self.hyphens[n] = [self.word(piece) for piece in cuts]
        return self.hyphens[n]

    def narrowed(self, limit: float) -> list[Word]:
        """Return the words, none wider than a line: hyphenated, else split anywhere."""
        out: list[Word] = []
        for n, piece in enumerate(self.pieces):
            parts = self.parts(n, limit)
            if any(part.last_width > limit for part in parts):
                parts = [self.word(part) for part in breaks.split_piece(self.text, piece)]
            out += parts
        return out


@lru_cache(maxsize=64)
def _space(voice: Voice) -> float:
    return sum(run.advance for run in runs(" ", [0], [False], voice))
