"""Lint: every shipped template passes, and every kind of fault is found."""

from __future__ import annotations

import pytest
from tests.cards.articles import article, digest

from socialpipe.cards import loading
from socialpipe.cards.boxes import Sheet
from socialpipe.cards.content import content
from socialpipe.cards.lint import Finding, lint, lint_samples
from socialpipe.cards.render import Renderer
from socialpipe.cards.samples import samples
from socialpipe.cards.sizes import SIZES
from socialpipe.cards.template import SHAPES, shape_of
from socialpipe.cards.typeset.fonts import Library
from socialpipe.platforms import registry

BASE = """
[card]
title = "Test"
[theme.light]
paper = "#FFFFFF"
ink = "#000000"
pale = "#D0D0D0"
[style.big]
size = [40, 60]
lines = 2
[layer.root]
pad = 100
[layer.headline]
text = "{headline}"
style = "big"
"""


def findings(
    text: str, headline: str = "A quiet hour", size: tuple[int, int] = (1200, 630)
) -> list[Finding]:
    template = loading.parse(text, "test")
    sheet = Sheet(template, content(article(), digest(headline)), Library("en"), 1.0, *size)
    assert shape_of(*size)
    return lint(Renderer(sheet, None, measure=True).draw())


ONE_OF_EACH_SHAPE = ("open-graph", "square", "portrait", "pin", "story")
OTHERS = sorted(SIZES.keys() - set(ONE_OF_EACH_SHAPE))


@pytest.mark.parametrize("size", ONE_OF_EACH_SHAPE)
@pytest.mark.parametrize("name", loading.names())
def test_shipped_templates_pass_in_every_language_theme_and_shape(name: str, size: str) -> None:
    assert len(samples()) >= 12
    assert list(lint_samples(name, size, samples())) == []


@pytest.mark.parametrize("name", loading.names())
def test_shipped_templates_pass_at_every_other_size(name: str) -> None:
    theme = (loading.load(name).card.theme,)
    found = [
        one for size in OTHERS for one in lint_samples(name, size, ("ko", "de", "ar", "th"), theme)
    ]
    assert found == []


def test_every_shape_and_every_platform_has_its_size() -> None:
    assert {shape_of(*SIZES[size]) for size in ONE_OF_EACH_SHAPE} == set(SHAPES)
    cards = {registry.load(name).limits.card for name in registry.names()}
    assert cards <= set(SIZES.values())


def test_a_good_card_has_no_findings() -> None:
    assert findings(BASE) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BASE + 'color = "pale"', "contrast of 1."),
        (BASE.replace("[40, 60]", "[12, 14]"), "px high in a feed"),
        (BASE.replace("pad = 100", "pad = 4"), "unsafe area"),
        (BASE.replace("pad = 100", "pad = [100, 0]"), "unsafe area"),
        (BASE.replace("[40, 60]", "[30, 32]") + 'color = "#8A8A8A"', "less than 4.5"),
        (BASE + "max_width = 200\n", "is cut"),
        (BASE + "offset = [0, 590]\n", "unsafe area"),
    ],
)
def test_a_fault_is_found_and_names_its_layer(text: str, told: str) -> None:
    found = findings(text, "Several words that say quite a lot about an hour that is quiet")
    assert any(told in finding.problem and finding.layer == "headline" for finding in found), found


def test_text_that_is_higher_than_its_box_is_a_finding() -> None:
    assert any("leaves its box" in one.problem for one in findings(BASE + "height = 20\n", "Quiet"))


def test_missing_glyphs_are_a_finding() -> None:
    assert any("no glyph" in one.problem for one in findings(BASE, "\U00012000 hour"))


def test_text_under_the_controls_of_a_story_is_a_finding() -> None:
    found = findings(BASE, size=(1080, 1920))
    assert [one.layer for one in found] == ["headline"]
    assert "unsafe" in found[0].problem
