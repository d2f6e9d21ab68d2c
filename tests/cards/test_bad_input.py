"""Bad input gets a sane card or a clear error, in bounded time."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.cards.articles import LIMITS, article, digest, points

from socialpipe.cards import draw, loading
from socialpipe.cards.content import content
from socialpipe.cards.typeset.fonts import scan
from socialpipe.errors import Refused
from socialpipe.model import Article, Digest

LONG = {
    "one Latin word": "a" * 10_000,
    "one Korean word": "가" * 10_000,
    "one Arabic word": "ب" * 10_000,
    "Japanese": "漢字かな" * 2_500,
    "Thai": "กา" * 5_000,
    "marks upon marks": "a" + "\u0301" * 9_999,
    "families": "👨‍👩‍👧‍👦" * 1_500,
    "many words": "ab " * 4_000,
    "braces": "{headline}" * 1_000,
}


def everything(text: str) -> tuple[Article, Digest]:
    given: dict[str, Any] = {
        "bullets": (text,) * 9,
        "quotes": (text,),
        "checklist": (text,) * 9,
        "site": text,
    }
    holds: dict[str, Any] = {
        "summary": text,
        "points": points(*[text] * 9),
        "key_number": text,
        "emoji": text,
    }
    return article(text, **given), digest(text, hashtags=(text,) * 9, keywords=(text,), **holds)


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_endless_text_is_drawn_within_two_seconds(text: str) -> None:
    for name in ("aurora", "paper", "news"):
        began = time.process_time()
        (card,) = draw(*everything(text), LIMITS, template=name)
        assert time.process_time() - began < 2
        assert len(card.alt) <= 1000


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01\x1b[31m",
        "\ud800 lone \udfff",
        "\u202e\u2066",
        "\ufeff",
        "\n\n",
        "",
        "﷽",
        " " * 10_000,
    ],
)
def test_odd_characters_do_no_harm(text: str) -> None:
    (card,) = draw(*everything(text), LIMITS, template="news")
    card.alt.encode("utf-8")
    assert card.data


def test_an_empty_article_still_has_a_card() -> None:
    (card,) = draw(Article("", ""), Digest("", "", ()), LIMITS)
    assert card.alt


def test_an_unknown_language_is_drawn_with_english_words() -> None:
    for language in ("", "xx", "no-such-@tag", "EN_us"):
        assert draw(article(language=language), digest(), LIMITS)


def test_characters_without_a_glyph_are_counted() -> None:
    (card,) = draw(article(), digest("ab \U00012000\U00012001 cd"), LIMITS, template="news")
    assert card.missing_glyphs == 2


def test_a_font_that_is_no_font_is_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"\x00\x01\x00\x00 no font")
    (tmp_path / "empty.otf").touch()
    (tmp_path / "dangling.ttf").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.ttf").mkdir()
    odd = digest("\U00012000 headline")
    (card,) = draw(article(), odd, LIMITS, font_dirs=[tmp_path], template="news")
    assert card.missing_glyphs == 1
    assert scan(tmp_path) == ()
    assert "broken.ttf" in caplog.text
    assert "folder.ttf" not in caplog.text


def test_a_font_of_ones_own_is_used_for_what_the_bundled_lack(tmp_path: Path) -> None:
    from socialpipe.cards.typeset.fonts import Library

    source = Library("en").pretendard.path
    (tmp_path / "mine.ttf").symlink_to(source)
    assert [face.path.name for face in Library("en", (tmp_path,)).order("a")].count("mine.ttf") == 1


def test_a_font_of_a_brand_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"\x00\x01\x00\x00 no font")
    with pytest.raises(Refused, match=r"broken\.ttf is no font"):
        draw(article(), digest(), LIMITS, fonts=[tmp_path / "broken.ttf"])
    with pytest.raises(Refused, match=r"no font file .*absent\.otf"):
        draw(article(), digest(), LIMITS, fonts=[tmp_path / "absent.otf"])


def test_a_brand_writes_in_its_own_font(tmp_path: Path) -> None:
    from socialpipe.cards.typeset.fonts import Library

    other = next(face.path for face in Library("en").order("a") if "NotoSans[" in face.path.name)
    plain, own = (
        draw(article(), digest(), LIMITS, template="news", fonts=fonts)[0]
        for fonts in ([], [other])
    )
    assert plain.data != own.data
    assert own.missing_glyphs == 0


def test_an_odd_address_is_no_trouble() -> None:
    for url in ("http://[::1", "mailto:x", "https://" + "a" * 5_000, "\x00"):
        assert draw(article(url=url), digest(), LIMITS, template="news")


@pytest.mark.parametrize("length", [400, 5_000])
def test_a_qr_code_that_would_be_too_long_is_left_out(length: int) -> None:
    url = "https://example.org/" + "a" * length
    assert not content(article(url=url), digest()).has("url")
    holds = digest(points=points("One", "Two", "Three"))
    cards = draw(article(url=url), holds, replace(LIMITS, images=5), template="carousel")
    assert len(cards) == 5


def test_a_template_of_ones_own_is_checked_before_it_is_drawn(tmp_path: Path) -> None:
    path = tmp_path / "deep.toml"
    chain = "".join(
        f"[layer.l{n}]\nin = '{'root' if n == 0 else f'l{n - 1}'}'\n" for n in range(60)
    )
    path.write_text(
        "[card]\ntitle = 'x'\n[theme.light]\npaper = '#FFF'\nink = '#000'\n"
        "[style.s]\nsize = [20, 20]\n[layer.root]\n" + chain + "[layer.t]\nin = 'l59'\n"
        "text = '{headline}'\nstyle = 's'\n",
        encoding="utf-8",
    )
    began = time.process_time()
    assert draw(article(), digest(), LIMITS, template=str(path))
    assert time.process_time() - began < 2
    assert loading.load(str(path)).name == "deep"
