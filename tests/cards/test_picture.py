"""Pictures from outside: what is no picture is refused, the rest is cropped around its details."""

from __future__ import annotations

import struct
import time
import warnings
import zlib

import pytest
from PIL import Image, ImageDraw
from tests.cards.articles import LIMITS, article, digest, file

from socialpipe.cards import draw
from socialpipe.cards.colour import contrast, parse
from socialpipe.cards.palette import accent
from socialpipe.cards.picture import MOST_PIXELS, Picture, cover, focus, is_worth_a_card, opened
from socialpipe.cards.samples import landscape
from socialpipe.errors import Refused

PNG = file(Image.new("RGB", (40, 30), "red"))


def bomb(side: int) -> bytes:
    """Return a PNG that claims to be huge, in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 10_000)
    ends = chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + ends


@pytest.mark.parametrize(
    "data",
    [b"", b"no picture", b"<svg/>", PNG[:60], PNG[:20] + b"\xff" * 200, b"GIF89a", b"\xff\xd8\xff"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        opened(data)


@pytest.mark.parametrize("side", [8_000, 12_000, 60_000])
def test_a_decompression_bomb_is_refused_at_once(side: int) -> None:
    began = time.process_time()
    with pytest.raises(Refused, match="million pixels"):
        opened(bomb(side))
    assert time.process_time() - began < 0.5
    assert side * side > MOST_PIXELS


def test_a_bomb_is_refused_without_a_word_of_pillow_s() -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with pytest.raises(Refused, match="million pixels"):
            opened(bomb(10_000))
    assert said == []


def test_formats_that_nobody_shares_are_not_even_tried() -> None:
    for kind in ("BMP", "TIFF", "PPM"):
        with pytest.raises(Refused, match="cannot be read"):
            opened(file(Image.new("RGB", (40, 30)), kind))


def test_no_picture_is_held_larger_than_a_card_shows_it() -> None:
    assert opened(file(Image.new("RGB", (4_000, 1_000)))).image.size == (1_920, 480)


@pytest.mark.parametrize(
    ("size", "worth"), [((800, 600), True), ((300, 300), False), ((2_000, 300), False)]
)
def test_icons_and_banners_make_no_card_by_themselves(size: tuple[int, int], worth: bool) -> None:
    assert is_worth_a_card(file(Image.new("RGB", size))) is worth


def test_an_animated_picture_shows_its_first_frame() -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue", "green")]
    data = file(frames[0], "GIF", save_all=True, append_images=frames[1:])
    red, green, blue = opened(data).image.getpixel((25, 25))  # type: ignore[misc]
    assert red > 200 > green + blue


def test_transparent_parts_turn_white_and_phones_are_turned_upright() -> None:
    assert (
        opened(file(Image.new("RGBA", (9, 9), (0, 0, 0, 0)))).image.getpixel((4, 4)) == (255,) * 3
    )
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    assert opened(file(Image.new("RGB", (80, 20)), "JPEG", exif=exif)).image.size == (20, 80)


def test_the_crop_follows_the_details() -> None:
    image = Image.new("RGB", (900, 300), "#406080")
    pen = ImageDraw.Draw(image)
    for x in range(760, 840, 8):
        pen.line((x, 100, x, 200), fill="white", width=3)
    assert focus(image)[0] > 0.8
    assert focus(Image.new("RGB", (90, 30), "white")) == (0.5, 0.5)
    cropped = cover(Picture(image), (300, 300))
    assert cropped.size == (300, 300)
    assert cropped.getextrema() != ((64, 64), (96, 96), (128, 128))


def test_a_picture_makes_the_card_a_photo_card() -> None:
    (card,) = draw(article(), digest(), LIMITS, picture=file(landscape().image))
    assert card.template == "photo"


def test_a_logo_takes_the_place_of_the_letter() -> None:
    logo = file(Image.new("RGB", (64, 64), "#00AA55"))
    plain, branded = (
        draw(article(), digest(), LIMITS, site="news.example", template="news", logo=given)[0]
        for given in (None, logo)
    )
    assert plain.data != branded.data
    assert plain.alt == branded.alt


def test_a_bad_picture_is_refused_before_anything_is_drawn() -> None:
    with pytest.raises(Refused, match="cannot be read"):
        draw(article(), digest(), LIMITS, picture=b"nothing")


def test_the_accent_comes_from_the_picture_unless_the_brand_has_colours() -> None:
    def card(colour: str, own: dict[str, str] | None = None) -> bytes:
        picture = file(Image.new("RGB", (60, 40), colour))
        # news shows no picture: only its accent can differ
        (one,) = draw(article(), digest(), LIMITS, template="news", picture=picture, colours=own)
        return one.data

    assert card("#C02040") != card("#2040C0")
    own = {"accent": "#0A7A3C"}
    assert card("#C02040", own) == card("#2040C0", own)


@pytest.mark.parametrize("paper", ["#FFFFFF", "#101418"])
@pytest.mark.parametrize("colour", ["#FFE000", "#D00030", "#203080", "#70E0A0"])
def test_an_accent_stands_out_from_its_paper(colour: str, paper: str) -> None:
    found = accent(Picture(Image.new("RGB", (300, 200), colour)), paper)
    assert found is not None
    assert contrast(parse(found), parse(paper)) >= 3


def test_a_bright_spot_gives_the_accent_before_a_dull_plain() -> None:
    image = Image.new("RGB", (400, 300), "#A29975")
    ImageDraw.Draw(image).ellipse((250, 60, 350, 160), fill="#D8432F")
    assert accent(Picture(image), "#101010") == "#D8432F"


def test_the_largest_colourful_area_gives_the_accent_and_grey_none() -> None:
    image = Image.new("RGB", (400, 300), "#E8E8E8")
    ImageDraw.Draw(image).rectangle((0, 0, 200, 300), fill="#1040C0")
    ImageDraw.Draw(image).rectangle((300, 0, 320, 20), fill="#FF2000")
    red, _, blue, _ = parse(accent(Picture(image), "#FFFFFF") or "#000")
    assert blue > red
    assert accent(Picture(Image.new("RGB", (90, 60), "#707070")), "#FFFFFF") is None
