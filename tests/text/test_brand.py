"""The brand file: what it asks for is done, and what is wrong in it is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.text.articles import ENGLISH, KOREAN, made
from tests.text.limits import EVERY, MASTODON, TELEGRAM, X

from socialpipe.errors import NotFound, Refused, UsageError
from socialpipe.text.brand import Brand, load, parse
from socialpipe.text.compose import compose, variants
from socialpipe.text.style import Emoji, Style, Tone

LINK = "https://example.com/bakery"
FILE = """
name = "Corner Bakery"
tone = "friendly"
signature = "갓 구운 소식"
content_warning = "밀가루"
banned_words = ["할인"]
colours = { accent = "#AA3300" }

[tags]
default = ["모퉁이 빵집"]
banned = ["소상공인"]
first_comment = false

[link.utm]
source = "{platform}"
medium = "social"
campaign = "{brand} {language}"

[platforms.x]
tone = "formal"
hashtags = 1

[platforms.x.tags]
default = []

[platforms.instagram]
link = { show = false }
"""


@pytest.fixture
def brand() -> Brand:
    return parse(FILE)


def text(network: str, style: Style) -> str:
    return compose(*KOREAN, network, EVERY[network], link=LINK, style=style).parts[0].text


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "brand.toml").write_text(FILE, "utf-8")
    assert load(tmp_path / "brand.toml").name == "Corner Bakery"
    with pytest.raises(NotFound, match="no brand file"):
        load(tmp_path / "none.toml")


def test_the_empty_file_asks_for_nothing() -> None:
    assert parse("").style("x") == Style()


def test_a_style_is_what_the_file_says_of_one_network(brand: Brand) -> None:
    style = brand.style("mastodon", language="ko")
    assert style.warning == "밀가루"
    assert not style.first_comment
    assert style.tone is Tone.FRIENDLY
    assert style.default_tags == ("모퉁이빵집",)
    assert style.banned_tags == ("소상공인",)
    assert style.utm == {
        "utm_source": "mastodon",
        "utm_medium": "social",
        "utm_campaign": "Corner Bakery ko",
    }


def test_an_override_changes_only_what_it_names(brand: Brand) -> None:
    style = brand.style("x")
    assert (style.tone, style.hashtags, style.default_tags) == (Tone.FORMAL, 1, ())
    assert style.banned_tags == ("소상공인",)
    assert style.signature == "갓 구운 소식"
    assert not brand.style("instagram").show_link
    assert brand.style("instagram").utm["utm_medium"] == "social"
    assert brand.style("x", tone=Tone.FRIENDLY).tone is Tone.FRIENDLY


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("name = ", "is no TOML"),
        ("nmae = 'x'", "no key nmae; did you mean name?"),
        ("[platforms.x]\ntoon = 'formal'", "no key platforms.x.toon; did you mean tone?"),
        ("tone = 'loud'", "tone: Input should be 'neutral', 'friendly' or 'formal'"),
        ("hashtags = 99", "hashtags: Input should be less than or equal to 30"),
        ("[tags]\ndefault = ['2026']", "tags.default.0: '2026' cannot be a hashtag"),
        ("[link.utm]\nsource = '{nonsense}'", "may hold only {platform}, {channel}, {language}"),
        ("[link.utm]\nsource = '{'", "may hold only"),
        ("colours = {accent = 'red'}", "colours.accent"),
        ("name = 3", "name: Input should be a valid string"),
    ],
)
def test_what_is_wrong_is_named(source: str, what: str) -> None:
    with pytest.raises(UsageError) as error:
        parse(source, "brand.toml")
    assert what in error.value.what
    assert error.value.fix.startswith("Mend the brand file")


def test_tags_of_the_brand_take_a_place_and_banned_ones_go(brand: Brand) -> None:
    post = compose(*KOREAN, "mastodon", MASTODON, style=brand.style("mastodon"))
    assert post.hashtags == ("동네빵집", "예약제", "모퉁이빵집")
    assert compose(*KOREAN, "x", X, style=brand.style("x")).hashtags == ("동네빵집",)


def test_the_link_carries_the_campaign(brand: Brand) -> None:
    post = compose(*KOREAN, "x", X, link=LINK, style=brand.style("x", language="ko"))
    assert post.link == (f"{LINK}?utm_source=x&utm_medium=social&utm_campaign=Corner%20Bakery%20ko")
    assert post.link in post.parts[0].text


def test_a_brand_may_hide_the_link() -> None:
    post = compose(*KOREAN, "x", X, link=LINK, style=Style(show_link=False))
    assert post.link is None
    assert "http" not in post.parts[0].text


def test_emoji_policy_and_tone() -> None:
    article, digest = KOREAN
    pair = (article, replace(digest, emoji="🥖"))
    first = [
        compose(*pair, "x", X, style=style).parts[0].text[0]
        for style in (Style(), Style(emoji=Emoji.MANY), Style(tone=Tone.FRIENDLY))
    ]
    assert first == ["동", "🥖", "🥖"]
    for style in (Style(emoji=Emoji.NONE), Style(tone=Tone.FORMAL)):
        sober = compose(*pair, "telegram", TELEGRAM, link=LINK, style=style).parts[0].text
        assert "🥖" not in sober
        assert f"전문 보기: {LINK}" in sober


def test_a_thread_without_emoji() -> None:
    post = compose(*ENGLISH, "x", X, link=LINK, style=Style(emoji=Emoji.NONE))
    assert post.parts[0].text.endswith("\n\n1/3")


def test_the_formal_tone_makes_korean_sentences_formal() -> None:
    pair = made("ko", "빵값", ["값이 내렸어요.", "손님이 늘었어요."], [])
    post = compose(*pair, "mastodon", MASTODON, style=Style(tone=Tone.FORMAL))
    assert "내렸습니다." in post.parts[0].text
    assert "늘었습니다." in post.parts[0].text


def test_the_signature_comes_last_and_goes_before_a_point_does(brand: Brand) -> None:
    assert text("mastodon", brand.style("mastodon")).endswith("갓 구운 소식")
    long = Style(signature="갓 구운 소식을 가장 먼저 전하는 우리 동네의 아주 작은 빵집 " * 3)
    assert long.signature not in text("x", long)
    assert text("x", long).count("•") == 3


def test_banned_words_are_never_said() -> None:
    pair = made("en", "Cheap bread", ["Cheap flour is here.", "Rice flour is here."], [])
    with pytest.raises(Refused, match="bans"):
        compose(*pair, "x", X, style=Style(banned_words=("cheap",)))
    fine = compose(*pair, "x", X, style=Style(banned_words=("Cheap FLOUR",)))
    assert "Cheap flour" not in fine.parts[0].text
    assert "Rice flour" in fine.parts[0].text


def test_variants_open_differently() -> None:
    article, digest = made(
        "en", "Bread is back", ["Sales rose by 18% within ten weeks of work."], ["Bread"], hook=""
    )
    posts = variants(article, digest, "mastodon", MASTODON, 3, link=LINK)
    first_lines = [post.parts[0].text.splitlines()[0] for post in posts]
    assert len(first_lines) == len(set(first_lines)) >= 2
    assert first_lines[0] == "Bread is back"
    assert len(variants(article, digest, "mastodon", MASTODON, 1)) == 1
