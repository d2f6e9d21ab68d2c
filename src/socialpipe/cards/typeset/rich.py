"""Text with emphasis."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rich:
    """A text and the ranges of it that are emphasised."""

    text: str
    hot: tuple[tuple[int, int], ...] = ()

    def flags(self) -> list[bool]:
        """Tell for every code point whether it is emphasised."""
        flags = [False] * len(self.text)
        for start, end in self.hot:
            flags[start:end] = [True] * len(flags[start:end])
        return flags
