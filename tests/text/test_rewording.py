"""Other words for a composed post: as many texts as parts, and each fits."""

from __future__ import annotations

import pytest

from socialpipe.errors import Refused
from socialpipe.model import Limits, Part, Post, PostKind, Unit
from socialpipe.text.rewording import reworded

LIMITS = Limits(text=10, unit=Unit.CODEPOINTS, source="a test", checked="2026-11")
POST = Post(
    platform="x",
    kind=PostKind.THREAD,
    language="en",
    parts=(Part("one", 3, 10, Unit.CODEPOINTS), Part("two", 3, 10, Unit.CODEPOINTS)),
)


def test_each_part_gets_its_text_and_length() -> None:
    made = reworded(POST, ["eins", "zwei!"], LIMITS)
    assert [(part.text, part.length) for part in made.parts] == [("eins", 4), ("zwei!", 5)]


@pytest.mark.parametrize("texts", [["one"], ["one", "two", "three"], []])
def test_every_part_needs_a_text(texts: list[str]) -> None:
    with pytest.raises(Refused, match="parts: 2"):
        reworded(POST, texts, LIMITS)


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(Refused, match=r"Part 2: .*10"):
        reworded(POST, ["one", "much too long"], LIMITS)
