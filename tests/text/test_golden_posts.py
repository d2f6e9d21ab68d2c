"""Posts read as they did when a person last read them."""

from __future__ import annotations

import pytest
from tests.text.golden import FOLDER, PLATFORMS, SAMPLES, posts


@pytest.mark.parametrize("language", SAMPLES)
def test_posts_read_as_the_golden_ones(language: str) -> None:
    golden = {name: (FOLDER / language / f"{name}.txt").read_text("utf-8") for name in PLATFORMS}
    assert posts(language) == golden


def test_every_sample_has_golden_posts_and_no_other_has() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(SAMPLES)
    assert len(SAMPLES) >= 16
