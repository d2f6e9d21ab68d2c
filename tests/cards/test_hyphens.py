"""Long words are hyphenated by the rules of their language, and only where that helps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cards.articles import LIMITS, article, digest

from socialpipe.cards import draw
from socialpipe.cards.typeset import breaks, hyphens
from socialpipe.cards.typeset.breaks import Piece
from socialpipe.cards.typeset.fonts import Library
from socialpipe.cards.typeset.paragraph import Block, Fitting, fit
from socialpipe.cards.typeset.rich import Rich
from socialpipe.cards.typeset.shape import Voice


def parted(word: str, language: str, before: str = "") -> list[str]:
    text = before + word
    found = breaks.hyphenated(text, Piece(len(before), len(text)), language)
    return [text[piece.start : piece.end] + "-" * piece.hyphen for piece in found]


def block(text: str, language: str, width: float = 300, low: float = 20, high: float = 60) -> Block:
    return fit(Rich(text), Fitting(Voice(Library(language)), low, high, 1.2, 5), width, 400)


def glyphs(block: Block) -> int:
    return sum(len(run.glyphs) for line in block.lines for _, run in line.runs)


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("de", "Rind-flei-sche-ti-ket-tie-rung"),
        ("en", "inter-na-tion-al-isa-tion"),
        ("fr", "anti-cons-ti-tu-tion-nel-le-ment"),
        ("es", "res-pon-sa-bi-li-da-des"),
        ("pt-BR", "res-pon-sa-bi-li-da-des"),
        ("it", "respon-sa-bi-liz-za-zione"),
        ("nl", "ver-ant-woor-de-lijk-heid"),
        ("pl", "odpo-wie-dzial-ność"),
        ("ru", "ответ-ствен-ность"),
        ("uk", "від-по-від-аль-ність"),
        ("tr", "kütüp-ha-ne-ci-le-ri-miz-den"),
        ("fi", "vas-tuul-li-suu-desta"),
    ],
)
def test_words_are_parted_by_the_rules_of_their_language(language: str, word: str) -> None:
    assert "".join(parted(word.replace("-", ""), language)) == word


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("ko", "internationalisation"),
        ("ja", "internationalisation"),
        ("zh-Hans", "internationalisation"),
        ("ko", "가" * 30),
        ("en", "https://internationalisation.example/responsibilities"),
        ("en", "responsibilities@internationalisation.example"),
        ("en", "#internationalisation"),
        ("en", "1234567890123"),
        ("en", "internationalisation2026"),
        ("de", "BundesVerfassungsGericht"),
        ("de", "BUNDESVERFASSUNGSGERICHT"),
        ("en", "settlement"),
        ("ar", "المسؤوليات"),
    ],
)
def test_names_addresses_numbers_and_short_words_stay_whole(language: str, word: str) -> None:
    assert parted(word, language) == [word]


def test_a_capital_inside_a_sentence_is_a_name_but_in_german() -> None:
    word = "Internationalisierung"
    assert len(parted(word, "nl", "voor de ")) == 1
    assert len(parted(word, "nl")) > 1
    assert len(parted(word, "nl", "Klaar. ")) > 1
    assert len(parted(word, "de", "vor der ")) > 1


def test_what_is_too_long_for_a_word_is_not_looked_up() -> None:
    assert len(parted("international" * 6, "en")) > 1
    assert len(parted("international" * 7, "en")) == 1


def test_soft_hyphens_of_the_author_come_first() -> None:
    assert parted("inter\u00adnationalisation", "en") == ["inter\u00ad-", "nationalisation"]
    assert parted("Deep\u00adSeek", "ko") == ["Deep\u00ad-", "Seek"]


def test_after_an_own_hyphen_no_other_is_drawn() -> None:
    assert parted("bibliothèques-relais", "fr") == ["biblio-", "thèques-", "relais"]


LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"


def test_a_word_that_would_overflow_is_hyphenated_and_none_of_it_is_lost() -> None:
    german, unknown = block(LONG, "de"), block(LONG, "vi")
    assert not german.cut
    assert len(german.lines) > 1
    assert german.width <= 300
    assert glyphs(german) == len(LONG) + len(german.lines) - 1  # a hyphen a line but the last
    assert glyphs(unknown) == len(LONG)  # broken anywhere, without a sign


def test_a_long_word_does_not_make_the_whole_text_small() -> None:
    text = "Neue Verantwortungsgemeinschaft gegründet"
    hyphenated, whole = block(text, "de"), block(text, "vi")
    assert hyphenated.size > 1.25 * whole.size
    assert 1 <= glyphs(hyphenated) - glyphs(whole) <= 2  # hyphens


def test_where_it_does_not_help_nothing_is_hyphenated() -> None:
    text = "Neue Verantwortungsgemeinschaft gegründet"
    wide = block(text, "de", width=900)
    assert glyphs(wide) == len(text.replace(" ", ""))


def test_soft_hyphens_are_drawn_only_at_the_end_of_a_line_and_never_spoken() -> None:
    soft, plain = "inter\u00adnational", "international"
    assert block(soft, "en", 900).width == pytest.approx(block(plain, "en", 900).width)
    assert block(soft, "en", 130, 30, 30).width < block(plain, "en", 900, 30, 30).width
    (card,) = draw(article(), digest(f"An {soft} hour"), LIMITS, template="news")
    assert card.alt.startswith(f"An {plain} hour")


@given(st.text(max_size=60), st.sampled_from(["de", "en", "ru", "tr", "ko", "ar"]))
def test_parts_are_the_whole_word(text: str, language: str) -> None:
    found = breaks.hyphenated(text, Piece(0, len(text)), language)
    assert "".join(text[piece.start : piece.end] for piece in found) == text
    assert all(piece.start < piece.end for piece in found) or not text


def test_every_cut_leaves_letters_on_both_sides() -> None:
    word = "verantwoordelijkheid"
    places = [cut.at for cut in hyphens.cuts(word, 0, len(word), "nl")]
    assert min(places) >= 3
    assert max(places) <= len(word) - 3
