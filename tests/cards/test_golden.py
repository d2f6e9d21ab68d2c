"""Cards look as they did when a person last looked at them."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw
from tests.cards.golden import CASES, FOLDER, difference, thumb

from socialpipe.cards import loading

TOLERATED = 12  # of 255, at the worst spot: less than an eye sees


def test_every_template_has_a_golden_image() -> None:
    assert set(CASES) == set(loading.names())


@pytest.mark.parametrize("name", CASES)
def test_a_card_looks_like_its_golden_image(name: str) -> None:
    with Image.open(FOLDER / f"{name}.png") as golden:
        assert difference(thumb(name), golden) <= TOLERATED


def test_a_change_that_one_sees_is_more_than_is_tolerated() -> None:
    drawn = thumb("steps")
    changed = drawn.copy()
    ImageDraw.Draw(changed).rectangle((40, 200, 70, 215), fill="#E02020")
    assert difference(drawn, drawn) == 0
    assert difference(drawn, changed) > TOLERATED
