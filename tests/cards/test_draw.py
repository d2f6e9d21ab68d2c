"""Cards as others get them: sizes, bytes, alt texts, choice, and the same bytes every time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.cards.articles import LIMITS, article, digest, file, points

from socialpipe.cards import draw, loading
from socialpipe.cards.choice import choose
from socialpipe.cards.colour import contrast, luminance, parse, readable
from socialpipe.cards.comparison import comparison
from socialpipe.cards.content import content
from socialpipe.cards.drawing import render
from socialpipe.cards.hue import turned
from socialpipe.cards.lint import lint
from socialpipe.cards.samples import landscape, sample, samples
from socialpipe.cards.sizes import SIZES
from socialpipe.errors import NotFound, Refused, UsageError

KO = samples()["ko"]
EN = samples()["en"]
PICTURE = file(landscape().image)


@pytest.mark.parametrize("size", SIZES.values())
def test_a_card_has_the_size_and_fits_the_bytes(size: tuple[int, int]) -> None:
    limits = replace(LIMITS, card=size, image_bytes=180_000)
    (card,) = draw(*EN, limits)
    with Image.open(BytesIO(card.data)) as image:
        assert (image.size, image.format, image.mode) == (size, "JPEG", "RGB")
        assert not image.getexif()
    assert (card.width, card.height) == size
    assert len(card.data) <= 180_000
    assert card.mime == "image/jpeg"


def test_jpeg_keeps_full_colour_resolution() -> None:
    (card,) = draw(*EN, LIMITS)
    with Image.open(BytesIO(card.data)) as image:
        assert {layer[1:3] for layer in image.layer} == {(1, 1)}  # type: ignore[attr-defined]


def test_bytes_that_nothing_fits_are_refused() -> None:
    with pytest.raises(Refused, match="1000 bytes"):
        draw(*EN, replace(LIMITS, image_bytes=1000))


def test_alt_text_says_what_the_card_says_within_the_limit() -> None:
    (card,) = draw(*KO, LIMITS, template="aurora")
    assert KO[1].headline in card.alt
    assert "#" not in card.alt
    (short,) = draw(*KO, replace(LIMITS, alt=20), template="aurora")
    assert len(short.alt) <= 20
    assert short.alt.endswith("…")
    (long,) = draw(*KO, replace(LIMITS, alt=None), template="aurora")
    assert long.alt == card.alt


def test_the_same_input_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import hashlib; from socialpipe.cards import draw;"
        "from tests.cards.articles import LIMITS; from socialpipe.cards.samples import samples;"
        "print(hashlib.sha256(draw(*samples()['ko'], LIMITS)[0].data).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77", "LANG": "C", "TZ": "Asia/Seoul"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    here = hashlib.sha256(draw(*KO, LIMITS)[0].data).hexdigest()
    assert done.stdout.strip() == here


def test_importing_the_room_imports_no_drawing_library() -> None:
    code = "import sys, socialpipe.cards; print(sorted({'PIL', 'uharfbuzz'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_themes_differ_and_an_unknown_template_is_not_found() -> None:
    light, dark = (draw(*EN, LIMITS, template="news", theme=name)[0] for name in ("light", "dark"))
    assert light.data != dark.data
    with pytest.raises(NotFound, match="aurora"):
        draw(*EN, LIMITS, template="nothing")


def test_an_unknown_theme_and_one_that_a_template_lacks_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no theme 'sepia'"):
        draw(*EN, LIMITS, theme="sepia")
    (path := tmp_path / "day.toml").write_text(
        "[card]\ntitle = 'x'\n[theme.light]\npaper = '#FFF'\nink = '#000'\n[layer.root]\n"
    )
    with pytest.raises(Refused, match="has no theme dark"):
        draw(*EN, LIMITS, template=str(path), theme="dark")


def test_the_choice_is_explained() -> None:
    (card,) = draw(article(), digest(key_number="38%"), LIMITS)
    assert (card.template, card.theme, card.reason) == ("poster", "dark", "a key number: 38%")
    (card,) = draw(article(), digest(), LIMITS, template="news", theme="dark")
    assert (card.theme, card.reason) == ("dark", "asked for by name")


def test_a_template_without_its_content_is_refused_with_what_suits() -> None:
    with pytest.raises(Refused, match=r"quote.*news"):
        draw(article(), digest(), LIMITS, template="quote")


def test_a_carousel_has_a_cover_the_points_and_an_end() -> None:
    limits = replace(LIMITS, images=10, card=(1080, 1350))
    cards = draw(*EN, limits, template="carousel")
    assert len(cards) == 2 + len(EN[1].points)
    assert EN[1].headline in cards[0].alt
    assert EN[1].points[1].text in cards[2].alt
    assert len({card.data for card in cards}) == len(cards)
    assert len(draw(*EN, replace(limits, images=3), template="carousel")) == 3


def test_a_carousel_has_no_more_slides_than_one_swipes_through() -> None:
    limits = replace(LIMITS, images=20, card=(1080, 1350))
    many = digest(points=points(*[f"Point number {n}" for n in range(15)]))
    assert len(draw(article(), many, limits, template="carousel")) == 8


def test_the_carousel_is_one_card_where_one_image_is_taken() -> None:
    assert len(draw(*EN, LIMITS, template="carousel")) == 1


def chosen(images: int = 1, size: tuple[int, int] = (1200, 675), **more: Any) -> str:
    about = {key: more.pop(key) for key in ("quotes", "checklist") if key in more}
    shown = content(article(**about), digest(**more))
    return choose(shown, replace(LIMITS, images=images, card=size)).name


def test_the_template_follows_what_the_digest_holds() -> None:
    three = points("One thing", "Another thing", "A third thing")
    assert chosen() == "news"
    assert chosen(emoji="🔥") == "aurora"
    assert chosen(key_number="38%") == "poster"
    assert chosen(key_number="2,400 square metres") == "news"
    assert chosen(quotes=("Why not an hour?",)) == "quote"
    assert chosen(quotes=("Why not? " * 40,)) == "news"
    assert chosen(checklist=("Do this", "Do that", "Rest")) == "paper"
    assert chosen(points=three, size=(1000, 1500)) == "steps"
    assert chosen(points=three, size=(1080, 1350), images=10) == "carousel"
    assert chosen(points=points("Complaints fell from 45 to 2")) == "compare"


def test_a_found_picture_is_shown_when_there_is_nothing_stronger() -> None:
    (plain,) = draw(article(), digest(emoji="🔥"), LIMITS, found_picture=PICTURE)
    assert (plain.template, plain.reason) == ("photo", "the article shows a picture")
    (strong,) = draw(article(), digest(key_number="38%"), LIMITS, found_picture=PICTURE)
    assert strong.template == "poster"
    (usual,) = draw(article(), digest(key_number="38%"), LIMITS)
    assert strong.data != usual.data  # its accent is the picture's
    (chosen,) = draw(article(), digest(key_number="38%"), LIMITS, picture=PICTURE)
    assert chosen.template == "photo"


@pytest.mark.parametrize(
    ("sentence", "pair"),
    [
        ("Complaints dropped from 45 a month to 2.", ("45", "2")),
        ("夜の店は14軒から23軒に増えた", ("14軒", "23軒")),
        ("손님이 14명에서 23명으로 늘었다", ("14명", "23명")),
        ("停车位从40个减少到12个", ("40个", "12个")),
        ("von 14 auf 23 Läden", ("14", "23")),
        ("de 14 % à 23 %", ("14 %", "23 %")),
        ("с 45 до 2", ("45", "2")),
        ("من 45 إلى 2", ("45", "2")),
        ("45 → 2", ("45", "2")),
        ("from 2019 to 2024", None),
        ("the 14 of 23", None),
        ("", None),
    ],
)
def test_comparisons_are_found_in_many_languages(
    sentence: str, pair: tuple[str, str] | None
) -> None:
    assert comparison([sentence]) == pair


def test_content_yields_only_names_that_templates_may_use() -> None:
    from socialpipe.cards.names import LISTS, VALUES

    for one in samples().values():
        shown = content(*one)
        for slide in shown.slides(6):
            assert set(slide.values) <= VALUES
        assert set(shown.lists) <= LISTS


def test_every_template_can_be_drawn_for_every_language() -> None:
    for name in loading.names():
        for language, one in samples().items():
            (card, *_) = draw(*one, LIMITS, template=name, picture=PICTURE)
            assert card.missing_glyphs == 0, (name, language)
            assert card.template == name


@pytest.mark.parametrize(
    ("formats", "mime"),
    [
        (("image/png",), "image/png"),
        (("image/webp", "image/png"), "image/webp"),
        (("image/jpeg", "image/png"), "image/jpeg"),
        ((), "image/jpeg"),
    ],
)
def test_a_card_is_in_a_format_that_the_platform_takes(formats: tuple[str, ...], mime: str) -> None:
    (card,) = draw(*EN, replace(LIMITS, image_formats=formats), template="news")
    with Image.open(BytesIO(card.data)) as image:
        assert Image.MIME[image.format or ""] == card.mime == mime
    with pytest.raises(Refused):
        draw(*EN, replace(LIMITS, image_formats=formats, image_bytes=900), template="news")


def test_a_brand_colours_its_cards_and_stays_readable() -> None:
    def card(**colours: str) -> bytes:
        return draw(*EN, LIMITS, template="news", colours=colours)[0].data

    plain = card()
    assert card(accent="#0050C8") != plain
    assert card(unknown="#0050C8") == plain
    with pytest.raises(Refused, match="accent"):
        card(accent="blue")
    for ground in ("#FFFFFF", "#111318"):
        for ink in ("#FFEE00", "#202020", "#808080", "#0050C8"):
            assert contrast(parse(readable(ink, ground)), parse(ground)) >= 4.5
    assert readable("#000000", "#FFFFFF") == "#000000"


@pytest.mark.parametrize("name", loading.names())
def test_a_brand_s_accent_drives_every_template_and_all_can_be_read(name: str) -> None:
    seen = set()
    for accent in ("", "#0050C8", "#00A35C", "#FFD400", "#E6007E", "#303030"):
        colours = {"accent": accent} if accent else {}
        for theme in ("light", "dark"):
            shown = replace(sample("en"), colours=colours)
            drawing = render(shown, name, (600, 315), theme, measure=True)
            assert [one for one in lint(drawing) if "contrast" in one.problem] == [], accent
            seen.add(hashlib.sha256(drawing.image.tobytes()).hexdigest())
    assert len(seen) == 12


@pytest.mark.parametrize("name", loading.names())
def test_a_brand_s_hue_is_that_of_the_whole_card(name: str) -> None:
    for theme in ("light", "dark"):
        tokens = loading.load(name).branded(theme, {"accent": "#0050C8"})
        for value in tokens.values():
            red, _, blue, _ = parse(value)
            assert blue >= red - 8, (theme, value)


def test_a_colour_that_is_turned_is_as_bright_as_before() -> None:
    for own in ("#E8452A", "#B8F34A", "#16171D", "#FFF6E9", "#FFFFFF29"):
        for brand in ("#0050C8", "#FFD400", "#101010"):
            found = turned(own, "#E8452A", brand)
            assert luminance(parse(found)) == pytest.approx(luminance(parse(own)), abs=0.012)
            assert found[7:] == own[7:]
    assert turned("#808080", "#E8452A", "#0050C8") == "#808080"
    assert turned("#E8452A", "#E8452A", "#E8452A") == "#E8452A"


def test_a_brand_with_a_dark_paper_gets_dark_cards_that_can_be_read() -> None:
    (card,) = draw(*EN, LIMITS, template="news", colours={"paper": "#101820"})
    assert card.theme == "dark"
    tokens = loading.load("news").branded("light", {"paper": "#101820"})
    for name in ("ink", "soft", "accent"):
        assert contrast(parse(tokens[name]), parse("#101820")) >= 4.5
    assert luminance(parse(tokens["paper"])) < 0.01
