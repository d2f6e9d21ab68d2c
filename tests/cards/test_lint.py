"""Lint: every shipped template passes, and every kind of fault is found."""

from __future__ import annotations

import pytest
from tests.cards.articles import article, digest

from socialpipe.cards import loading
from socialpipe.cards.boxes import Sheet
from socialpipe.cards.content import content
from socialpipe.cards.lint import Finding, lint, lint_sample
from socialpipe.cards.render import Renderer
from socialpipe.cards.samples import samples
from socialpipe.cards.template import shape_of
from socialpipe.cards.typeset.fonts import Library

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


@pytest.mark.parametrize("name", loading.names())
def test_shipped_templates_pass_in_every_language_and_shape(name: str) -> None:
    assert len(samples()) >= 12
    shapes = ("open-graph", "square", "portrait", "pin", "story")
    found = [
        finding
        for n, language in enumerate(samples())
        for size in (shapes[n % 5], shapes[(n + 2) % 5])
        for finding in lint_sample(name, language, size)
    ]
    assert found == []


def test_a_good_card_has_no_findings() -> None:
    assert findings(BASE) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BASE + 'color = "pale"', "contrast of 1."),
        (BASE.replace("[40, 60]", "[12, 14]"), "px high in a feed"),
        (BASE.replace("pad = 100", "pad = 4"), "unsafe area"),
        (BASE + "max_width = 200\n", "is cut"),
        (BASE + "offset = [0, 590]\n", "unsafe area"),
    ],
)
def test_a_fault_is_found_and_names_its_layer(text: str, told: str) -> None:
    found = findings(text, "Several words that say quite a lot about an hour that is quiet")
    assert any(told in finding.problem and finding.layer == "headline" for finding in found), found


def test_missing_glyphs_are_a_finding() -> None:
    assert any("no glyph" in one.problem for one in findings(BASE, "\U00012000 hour"))


def test_text_under_the_controls_of_a_story_is_a_finding() -> None:
    found = findings(BASE, size=(1080, 1920))
    assert [one.layer for one in found] == ["headline"]
    assert "unsafe" in found[0].problem
