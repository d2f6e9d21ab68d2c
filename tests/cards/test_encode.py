"""Files: form, quality, colour space, size in bytes, and what they say about themselves."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from PIL import Image
from tests.cards.articles import LIMITS, article, digest

from socialpipe.cards import draw
from socialpipe.cards.encode import encode, forms
from socialpipe.cards.provenance import xmp
from socialpipe.cards.samples import samples
from socialpipe.model import Card, Limits
from socialpipe.platforms import registry

EN = samples()["en"]
ALL = replace(LIMITS, image_formats=("image/jpeg", "image/png", "image/webp"))
CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
EXT = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
XML = "{http://www.w3.org/XML/1998/namespace}"


def packet(card: Card) -> ET.Element:
    with Image.open(BytesIO(card.data)) as image:
        image.load()
        raw = image.info.get("xmp") or image.info["XML:com.adobe.xmp"]
    return ET.fromstring(raw)


def with_pictures() -> list[str]:
    return [name for name in registry.names() if registry.load(name).limits.images]


@pytest.mark.parametrize("name", with_pictures())
def test_every_platform_gets_what_it_takes(name: str) -> None:
    limits: Limits = registry.load(name).limits
    for card in draw(*EN, limits):
        assert card.mime in limits.image_formats
        assert len(card.data) <= limits.image_bytes
        assert card.missing_glyphs == 0
        with Image.open(BytesIO(card.data)) as image:
            assert image.size == limits.card
            assert image.mode == "RGB"
            assert Image.MIME[image.format or ""] == card.mime
        if limits.alt is not None:
            assert 0 < len(card.alt) <= limits.alt


@pytest.mark.parametrize("form", ["jpeg", "webp", "png"])
def test_a_form_can_be_chosen_where_it_is_taken(form: str) -> None:
    (card,) = draw(*EN, ALL, template="news", form=form)
    assert card.mime == f"image/{form}"
    (other,) = draw(*EN, replace(ALL, image_formats=("image/jpeg",)), template="news", form=form)
    assert other.mime == "image/jpeg"


def test_jpeg_comes_first_and_the_next_form_when_one_is_too_large() -> None:
    assert forms(("image/png", "image/webp", "image/jpeg")) == ["jpeg", "webp", "png"]
    assert forms(("image/png", "image/jpeg"), "png") == ["png", "jpeg"]
    assert forms(("image/png",), "webp") == ["png"]
    assert forms((), None) == ["jpeg"]
    noise = Image.effect_noise((400, 300), 80).convert("RGB")
    data, mime = encode(noise, ["png", "jpeg"], 90_000)
    assert mime == "image/jpeg"
    assert len(data) <= 90_000


def test_grain_is_for_jpeg_and_webp_only() -> None:
    sizes = {}
    for form in ("jpeg", "png"):
        (card,) = draw(*EN, ALL, template="aurora", form=form)
        with Image.open(BytesIO(card.data)) as image:
            calm = image.convert("RGB").crop((500, 20, 516, 36))
            sizes[form] = len(calm.getcolors() or [])
    assert sizes["jpeg"] > 4 * sizes["png"]


def test_png_says_that_it_is_srgb_and_the_others_carry_no_other_profile() -> None:
    for form in ("jpeg", "webp", "png"):
        (card,) = draw(*EN, ALL, template="news", form=form)
        with Image.open(BytesIO(card.data)) as image:
            image.load()
            assert "icc_profile" not in image.info
            assert ("srgb" in image.info) is (form == "png")


@pytest.mark.parametrize("form", ["jpeg", "webp", "png"])
def test_a_file_says_what_it_shows_and_where_it_comes_from(form: str) -> None:
    (card,) = draw(*EN, ALL, template="news", form=form)
    found = packet(card)
    spoken = found.findall(f".//{CORE}AltTextAccessibility//{RDF}li")
    assert [one.text for one in spoken] == [card.alt, card.alt]
    assert [one.get(f"{XML}lang") for one in spoken] == ["x-default", "en"]
    assert found.findtext(f".//{DC}source") == EN[0].url
    assert (found.findtext(f".//{EXT}DigitalSourceType") or "").endswith("digitalCreation")


def test_nothing_else_is_told() -> None:
    (card,) = draw(*EN, ALL, template="news")
    with Image.open(BytesIO(card.data)) as image:
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "xmp"}
    names = {element.tag for element in packet(card).iter()}
    assert {name.partition("}")[2] for name in names} == {
        *("xmpmeta", "RDF", "Description", "AltTextAccessibility", "Alt", "li"),
        *("source", "DigitalSourceType"),
    }


def test_odd_texts_make_sound_xml() -> None:
    for alt in ('<&>"]]>', "\u202e", "👩‍🚀", ""):
        ET.fromstring(xmp(alt, "und", "https://a.example/?a=1&b=<2>"))
    (card,) = draw(article('"<&>'), digest('A <b>"quiet"</b> & bold hour'), LIMITS)
    assert "<b>" in (packet(card).findtext(f".//{RDF}li") or "")
    assert "dc:source" not in xmp("x", "en", "https://a.example/" + "a" * 5_000)
    assert len(xmp("&" * 50_000, "en", None).encode()) < 65_000  # what a JPEG has room for
