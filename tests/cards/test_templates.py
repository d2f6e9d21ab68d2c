"""Templates are checked when they are loaded; a mistake is told with its layer and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialpipe.cards import loading
from socialpipe.cards.template import SHAPES, shape_of
from socialpipe.errors import NotFound, Refused

GOOD = """
[card]
title = "Test"

[theme.light]
paper = "#FFFFFF"
ink = "#000000"

[style.big]
size = [20, 40]

[layer.root]

[layer.headline]
text = "{headline}"
style = "big"
"""


def with_line(after: str, line: str) -> str:
    return GOOD.replace(after, f"{after}\n{line}")


def test_all_shipped_templates_load_and_have_both_themes() -> None:
    assert len(loading.names()) >= 8
    for name in loading.names():
        assert loading.load(name).themes() == ("dark", "light")


def test_there_is_a_template_without_any_need() -> None:
    assert any(loading.load(name).card.needs == ("headline",) for name in loading.names())


def test_a_minimal_template_is_good() -> None:
    assert loading.parse(GOOD, "test").layer["headline"].style == "big"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (with_line("[layer.headline]", "colour = 'ink'"), "layer.headline.colour"),
        (with_line("[style.big]", "wieght = 3"), "style.big.wieght"),
        (with_line("[layer.headline]", "grow = 'much'"), "layer.headline.grow"),
        (with_line("[layer.headline]", "color = 'inky'"), "layer.headline uses 'inky'"),
        (with_line("[layer.headline]", "in = 'nowhere'"), "layer.headline.in is 'nowhere'"),
        (with_line("[layer.headline]", "in = 'headline'"), "makes a circle"),
        (with_line("[layer.headline]", "width = '3 m'"), "layer.headline.width"),
        (GOOD.replace('style = "big"', 'style = "small"'), "layer.headline.style is 'small'"),
        (GOOD.replace("[layer.root]", ""), "layer.root is missing"),
        (GOOD.replace("{headline}", "{hedline}"), "layer.headline shows 'hedline'"),
        (with_line("[layer.headline]", "when = 'rain'"), "layer.headline shows 'rain'"),
        (with_line("[layer.headline]", "repeat = 'pionts'"), "layer.headline.repeat"),
        (GOOD.replace("[20, 40]", "[40, 20]"), "style.big.size"),
        (GOOD + "[at.pin.layer.headline]\nbig = 1\n", "layer.headline.big"),
        (GOOD + "[at.moon.layer.headline]\ngrow = 1\n", "at.moon"),
        (GOOD + "[layer.a]\nin = 'b'\n[layer.b]\nin = 'a'\n", "makes a circle"),
        ("[card", "no TOML"),
        ("extends = 'nothing'\n" + GOOD, "'nothing'"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(Refused) as caught:
        loading.parse(text, "test")
    assert told in str(caught.value)


def test_an_unknown_template_names_what_there_is() -> None:
    with pytest.raises(NotFound, match="aurora"):
        loading.load("nothing")
    with pytest.raises(NotFound):
        loading.load("_base")
    with pytest.raises(NotFound):
        loading.load("../cards/aurora")


def test_a_designer_may_load_a_file_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert loading.load(str(path)).name == "mine"
    path.with_name("bad.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Refused, match="UTF-8"):
        loading.load(str(path.with_name("bad.toml")))


def test_overrides_apply_to_their_shape_only() -> None:
    text = GOOD + "[at.tall.style.big]\nsize = [50, 60]\n[at.pin.style.big]\nlines = 2\n"
    template = loading.parse(text, "test")
    sizes = {shape.name: loading.at_shape(template, shape.name).style["big"] for shape in SHAPES}
    found = [(sizes[name].size, sizes[name].lines) for name in ("wide", "story", "pin")]
    assert found == [((20, 40), 99), ((50, 60), 99), ((50, 60), 2)]


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((1200, 630), "wide"),
        ((1600, 900), "wide"),
        ((1080, 1080), "square"),
        ((1080, 1350), "portrait"),
        ((1000, 1500), "pin"),
        ((1080, 1920), "story"),
    ],
)
def test_every_size_has_its_shape(size: tuple[int, int], shape: str) -> None:
    assert shape_of(*size).name == shape
