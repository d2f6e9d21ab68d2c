"""The text engine: every script has glyphs, lines break where a reader expects it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.cards.golden import difference

from socialpipe.cards.typeset import breaks, direction
from socialpipe.cards.typeset.clusters import clusters, is_emoji, printable
from socialpipe.cards.typeset.fonts import Library
from socialpipe.cards.typeset.lines import balanced, wrap
from socialpipe.cards.typeset.paragraph import Block, Fitting, fit
from socialpipe.cards.typeset.rich import Rich
from socialpipe.cards.typeset.shape import Run, Voice, runs
from socialpipe.cards.typeset.shaped import shaped as shaped_text

SCRIPTS = {
    "ko": "삶은 달걀, 뷁 쀍",
    "en": "“Quotes” — naïve façade…",
    "ja": "終電を「早めた」町で、なぜ？",
    "zh-Hans": "城市改成花园，增长２０％。",
    "zh-Hant": "鄉鎮圖書館的讀者、臺灣",
    "ar": "مكتبة تعير أهدأ ساعاتها، ٣٠٠",
    "he": "ספרייה משאילה שעה שקטה",
    "fa": "کتابخانه‌ای که ساعتی آرام",
    "hi": "पुस्तकालय ने शांत घंटा उधार दिया",
    "bn": "গ্রন্থাগার",
    "ta": "நூலகம்",
    "th": "ห้องสมุดที่เงียบที่สุด",
    "km": "បណ្ណាល័យ",
    "ru": "Библиотека одалживает час",
    "uk": "Бібліотека позичає годину, ґ",
    "el": "Η βιβλιοθήκη δανείζει",
    "vi": "Thư viện cho mượn giờ yên tĩnh nhất",
    "am": "ቤተ መጻሕፍት",
    "ka": "ბიბლიოთეკა",
    "tr": "Kütüphane ığüşöç İ",
}
EMOJI = ("🔥", "👨‍👩‍👧‍👦", "🇰🇷", "⚙️", "1️⃣", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️‍🔥", "🧑🏿‍🚀")


def shaped(text: str, language: str = "en") -> tuple[Run, ...]:
    levels = direction.levels(text, rtl=direction.is_rtl(language))
    return runs(text, levels, [False] * len(text), Voice(Library(language)))


def lines(block: Block) -> int:
    return len(block.lines)


def broken(text: str, language: str) -> list[str]:
    return [text[piece.start : piece.end] for piece in breaks.pieces(text, language)]


@pytest.mark.parametrize(("language", "text"), SCRIPTS.items())
def test_bundled_fonts_have_every_script(language: str, text: str) -> None:
    library = Library(language)
    bundled = ("/fonts/", "/manimgx_fonts")
    for cluster in clusters(text):
        face = library.face(cluster)
        assert face is not None, cluster
        assert any(part in str(face.path) for part in bundled), (cluster, face)
    assert sum(run.missing for run in shaped(text, language)) == 0


@pytest.mark.parametrize("cluster", EMOJI)
def test_an_emoji_sequence_is_one_glyph_in_colour(cluster: str) -> None:
    (run,) = shaped(cluster)
    assert run.face.in_colour
    assert len(run.glyphs) == 1


def test_variation_selectors_decide_between_text_and_colour() -> None:
    assert is_emoji("⚙️")
    assert not is_emoji("⚙︎")
    assert not is_emoji("1")
    (text_run,) = shaped("⚙︎")
    assert not text_run.face.in_colour


def test_a_cluster_goes_to_one_font_as_a_whole() -> None:
    assert len(shaped("é\u0323\u030d")) == 1


def test_what_no_font_has_is_counted_and_takes_no_room() -> None:
    (run,) = shaped("\U00012000\U00012001")
    assert run.missing == 2
    assert run.advance == 0
    assert run.glyphs == ()


def test_han_has_the_shapes_of_its_language() -> None:
    faces = {Library(language).face("直") for language in ("ja", "ko", "zh-Hans", "zh-TW")}
    assert len(faces) == 4


def test_letter_spacing_leaves_joined_scripts_alone() -> None:
    loose = Voice(Library("hi"), tracking=0.2)
    tight = Voice(Library("hi"))
    for text, same in (("शांत", True), ("quiet", False)):
        widths = [
            sum(run.advance for run in runs(text, [0] * len(text), [False] * len(text), voice))
            for voice in (loose, tight)
        ]
        assert (widths[0] == widths[1]) is same


def test_korean_keeps_its_words_whole() -> None:
    assert broken("시장 골목이 다시 문을 열자", "ko") == ["시장", "골목이", "다시", "문을", "열자"]


@pytest.mark.parametrize(
    ("text", "language", "whole"),
    [
        ("올해 1,500만 달러로 만든", "ko", "1,500만 달러로"),
        ("up by 18 % since", "en", "18 %"),
        ("about 300 million people", "en", "300 million"),
        ("終電を30分早めた", "ja", "30分"),
        ("外食する人は21%から34%へ", "ja", "21%から"),
        ("週末に外食する家族が増えた", "ja", "外食する"),
        ("總共修好了5,400把傘", "zh-Hant", "5,400把"),
        ("« Bonjour » dit-il !", "fr", "« Bonjour »"),
        ("die stillste Stunde – und alle", "de", "Stunde –"),
        ("参见https://example.org/a/b。好", "zh-Hans", "https://example.org/a/b"),
        ("「DeepSeek-V3」が縮めた差", "ja", "DeepSeek-V3"),
    ],
)
def test_no_break_inside_a_number_with_its_unit_or_before_marks(
    text: str, language: str, whole: str
) -> None:
    assert any(whole in part for part in broken(text, language)), broken(text, language)


@given(
    st.text(
        alphabet="終電を早めた町でなぜ夜の店が増えたのか、。「」ー！ァ30％", min_size=1, max_size=60
    )
)
def test_kinsoku_holds_for_any_japanese_line(text: str) -> None:
    for before, after in zip(broken(text, "ja"), broken(text, "ja")[1:], strict=False):
        assert after[0] not in breaks.NOT_FIRST
        assert before[-1] not in breaks.NOT_LAST


def test_chinese_breaks_between_words() -> None:
    assert broken("鄉鎮圖書館的讀者", "zh-Hant") == ["鄉鎮", "圖書館", "的", "讀者"]
    assert "城市" in broken("城市把停车位改成花园", "zh-Hans")


@pytest.mark.parametrize(
    ("text", "language"),
    [("បណ្ណាល័យបើកឱ្យខ្ចីម៉ោងស្ងាត់", "km"), ("ຫ້ອງສະໝຸດເປີດໃຫ້ຢືມ", "lo"), ("စာကြည့်တိုက်ကငှားသည်", "my")],
)
def test_scripts_without_spaces_break_between_words(text: str, language: str) -> None:
    assert len(broken(text, language)) >= 3


def test_thai_breaks_between_words() -> None:
    parts = broken("ห้องสมุดเปิดให้ยืมชั่วโมงที่เงียบที่สุด", "th")
    assert len(parts) > 3
    assert "ห้องสมุด" in "".join(parts)


@given(st.text(max_size=80), st.sampled_from(["ko", "ja", "zh-Hans", "th", "ar", "en"]))
@settings(max_examples=150)
def test_pieces_cover_all_that_is_no_space(text: str, language: str) -> None:
    clean = printable(text)
    kept = "".join(broken(clean, language)).replace(" ", "")
    assert kept == clean.replace(" ", "")


def test_numbers_in_arabic_run_left_to_right() -> None:
    found = direction.levels("عدد 300 هنا", rtl=True)
    assert found[0] % 2 == 1
    assert found[4] % 2 == 0


def test_reordering_reverses_right_to_left_runs() -> None:
    assert direction.visual(["a", "B", "C", "d"], [0, 1, 1, 0]) == ["a", "C", "B", "d"]
    assert direction.visual(["C", "1", "2", "D"], [1, 2, 2, 1]) == ["D", "1", "2", "C"]


@given(
    st.text(max_size=120),
    st.integers(120, 900),
    st.integers(80, 500),
    st.integers(1, 5),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_any_text_fits_any_box(text: str, width: int, height: int, most: int, even: bool) -> None:
    fitting = Fitting(Voice(Library("en")), 16, 90, 1.2, most, balance=even)
    block = fit(Rich(printable(text)), fitting, width, height)
    assert lines(block) <= most
    assert block.height <= height + 1 or lines(block) == 1
    assert block.width <= width + 1 or all(len(line.runs) <= 2 for line in block.lines)
    assert 16 <= block.size <= 90


def test_a_larger_box_never_makes_text_smaller() -> None:
    fitting = Fitting(Voice(Library("ko")), 10, 200, 1.2, 3)
    text = Rich("시장 골목이 다시 문을 열었다")
    sizes = [fit(text, fitting, side, side).size for side in (120, 200, 300, 500, 900)]
    assert sizes == sorted(sizes)


def test_what_does_not_fit_is_cut_on_a_word() -> None:
    fitting = Fitting(Voice(Library("en")), 20, 40, 1.2, 1)
    block = fit(Rich("several words that do not fit"), fitting, 160, 40)
    assert block.cut
    assert block.width <= 160


@given(st.lists(st.sampled_from(["a", "bcd", "efghij", "klmnopqrst"]), min_size=2, max_size=25))
def test_balancing_keeps_the_number_of_lines_and_evens_them(parts: list[str]) -> None:
    text = " ".join(parts)
    voice = Voice(Library("en"))
    words = shaped_text(Rich(text), voice).words
    greedy = wrap(words, 8.0)
    even = balanced(words, 8.0, len(greedy))
    assert len(even) == len(greedy)
    assert [begin for begin, _ in even[1:]] == [end for _, end in even[:-1]]

    def raggedness(ranges: list[tuple[int, int]]) -> float:
        spaces = [sum(w.space for w in words[a : b - 1]) for a, b in ranges]
        widths = [sum(w.width for w in words[a:b]) for a, b in ranges]
        filled = [width + space for width, space in zip(widths, spaces, strict=True)]
        return max(filled) - min(filled)

    if not any(word.pauses for word in words) and len(greedy) == 2:
        assert raggedness(even) <= raggedness(greedy) + 0.6


def test_a_line_that_holds_little_is_avoided_by_a_smaller_size() -> None:
    text = Rich("ab abcdefghij abcdefghijk ab")
    fitting = Fitting(Voice(Library("en")), 10, 60, 1.2, 4, balance=True)
    ragged = fit(text, replace(fitting, balance=False), 300, 260)
    even = fit(text, fitting, 300, 260)
    assert len(even.lines) < len(ragged.lines)
    assert 0.8 * ragged.size <= even.size < ragged.size


@given(st.text(max_size=200))
def test_printable_text_has_nothing_that_moves_other_text(text: str) -> None:
    clean = printable(text)
    assert not set(clean) & set("\n\r\t\x00\u202e\u2066\u2028\ufeff")
    assert not any(0xD800 <= ord(char) <= 0xDFFF for char in clean)


def test_no_more_text_is_looked_at_than_a_card_can_show() -> None:
    assert len(printable("ab " * 10_000)) <= 2_000


def test_a_word_wider_than_any_line_is_split() -> None:
    for word in ("q" * 60, "가" * 60):
        block = fit(Rich(word), Fitting(Voice(Library("ko")), 20, 40, 1.2, 9), 300, 900)
        assert block.width <= 300
        assert lines(block) > 1


def test_only_headlines_are_balanced() -> None:
    words = shaped_text(Rich("a bc " * 40), Voice(Library("en"))).words
    greedy = wrap(words, 8.0)
    assert balanced(words, 8.0, len(greedy)) == greedy
    few = shaped_text(Rich("abc " * 5), Voice(Library("en"))).words
    assert balanced(few, 6.0, 2) != wrap(few, 6.0)


WITHOUT_RASTERISER = """
import sys
import uharfbuzz
del uharfbuzz.RasterDraw, uharfbuzz.RasterPaint
from socialpipe.cards.drawing import render
from socialpipe.cards.samples import sample
for language in ("ko", "ja", "ar", "hi", "th"):
    drawing = render(sample(language), "news", (600, 315), None)
    assert drawing.missing == 0, language
    drawing.image.save(f"{sys.argv[1]}/{language}.png")
plain = render(sample("en"), "aurora", (600, 315), None)
assert plain.missing == 1  # the emoji
"""


def test_freetype_draws_what_harfbuzz_cannot(tmp_path: Path) -> None:
    from socialpipe.cards.drawing import render
    from socialpipe.cards.samples import sample

    subprocess.run([sys.executable, "-c", WITHOUT_RASTERISER, str(tmp_path)], check=True)
    for path in sorted(tmp_path.glob("*.png")):
        with Image.open(path) as drawn:
            usual = render(sample(path.stem), "news", (600, 315), None).image
            assert difference(drawn, usual) < 24, path.stem
