"""Fitting keeps whole what must stay whole."""

from __future__ import annotations

import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.text.limits import NETWORKS

from socialpipe.model import Limits
from socialpipe.text.count import problems
from socialpipe.text.fit import ELLIPSIS, Fits, shorten, split

WHOLE = [
    "https://example.com/a?b=c",
    "#태그",
    "@ann@example.social",
    "1,500만 달러",
    "20~30%",
    "$5 million",
    "6~9개월",
    "1500万ドル",
    "10 km",
    "3개월",
    "01.AI",
    "👩\u200d👩\u200d👧",
    "🇰🇷",
    "é",
]
LOOSE = [
    "한국어",
    "글을",
    "쓴다.",
    "the",
    "word",
    "日本語",
    "カタカナ",
    "ภาษาไทย",
    "النص",
    "हिन्दी",
    "(괄호",
    "“인용”",
]
WORDS = st.sampled_from([*WHOLE, *LOOSE])
TEXTS = st.lists(WORDS, min_size=1, max_size=60).map(" ".join)


def at_most(count: int) -> Fits:
    return lambda text: len(text) <= count


def test_what_fits_is_left_alone() -> None:
    assert shorten("a (b", at_most(4)) == "a (b"


def test_cuts_between_words() -> None:
    assert shorten("alpha beta gamma", at_most(14)) == "alpha beta…"
    assert shorten("가격이 1,500만 달러로 올랐다", at_most(10)) == "가격이…"
    assert shorten("값은 20~30% 높다", at_most(8)) == "값은…"
    assert shorten("$5 million https://example.com/a", at_most(31)) == "$5 million…"
    assert shorten("여기는 01.AI 본사", at_most(7)) == "여기는…"
    assert shorten("3か月で1500万ドルの売上", at_most(9)) == "3か月で…"


def test_a_mark_stays_with_its_full_stop() -> None:
    assert shorten("க நூவ。ோஉஈோிீ", at_most(6)) == "க நூவ…"


def test_prefers_a_whole_sentence() -> None:
    assert shorten("One is done. Two is under way", at_most(20)) == "One is done."
    assert shorten("A. Two is under way now", at_most(20)) == "A. Two is under way…"


def test_leaves_no_bracket_open() -> None:
    assert shorten("the firm DeepSeek (of Hangzhou in China) grows", at_most(30)) == (
        "the firm DeepSeek…"
    )


def test_leaves_nothing_dangling() -> None:
    assert shorten("one, two – three", at_most(12)) == "one, two…"


def test_a_word_longer_than_the_limit_is_cut_between_characters() -> None:
    assert shorten("가" * 50, at_most(5)) == "가가가가…"
    assert shorten("👩‍👩‍👧" * 9, at_most(12)) == "👩‍👩‍👧👩‍👩‍👧…"
    assert shorten("가", at_most(0)) == ""


def test_what_is_returned_fits_even_where_longer_texts_weigh_less() -> None:
    assert shorten("ab cd ef gh", lambda text: text in {"ab…", "ab cd ef…"}) in {"ab…", "ab cd ef…"}
    assert shorten("a b c d e f", lambda text: len(text) == 4) in {"a b…", ""}


def test_split_at_sentences() -> None:
    assert split("One is done. Two is done. Three.", at_most(14)) == [
        "One is done.",
        "Two is done.",
        "Three.",
    ]


def test_split_inside_a_long_sentence_says_so() -> None:
    assert split("alpha beta gamma delta", at_most(12)) == ["alpha beta…", "…gamma delta"]
    assert split("abc", at_most(0)) == []


@settings(deadline=None)
@given(TEXTS, st.sampled_from(sorted(NETWORKS)), st.integers(0, 80))
def test_shortened_text_fits_and_breaks_nothing(text: str, network: str, limit: int) -> None:
    fits = _fits(NETWORKS[network], limit)
    short = shorten(text, fits)
    if short:
        assert fits(short)
        _assert_whole(text, short)


@settings(deadline=None)
@given(TEXTS, st.sampled_from(sorted(NETWORKS)), st.integers(30, 120))
def test_split_loses_no_word(text: str, network: str, limit: int) -> None:
    fits = _fits(NETWORKS[network], limit)
    pieces = split(text, fits)
    assert pieces
    assert all(map(fits, pieces))
    joined = regex.sub(r"[\s…,;:]", "", "".join(pieces))
    assert _letters(joined) == _letters(text)


@settings(deadline=None)
@given(st.text(max_size=80), st.sampled_from(sorted(NETWORKS)), st.integers(0, 40))
def test_any_text_at_all(text: str, network: str, limit: int) -> None:
    fits = _fits(NETWORKS[network], limit)
    short = shorten(text, fits)
    assert not short or fits(short)
    assert all(map(fits, split(text, fits)))


def _fits(limits: Limits, limit: int) -> Fits:
    from dataclasses import replace

    small = replace(limits, text=limit)
    return lambda text: not [p for p in problems(text, small) if "allowed" in p]


def _letters(text: str) -> str:
    return regex.sub(r"[^\p{L}\p{N}\p{M}]", "", text)


def _assert_whole(text: str, short: str) -> None:
    kept = short.removesuffix(ELLIPSIS)
    assert text.startswith(kept)
    if any(len(word) > len(short) for word in WHOLE):
        return
    for word in WHOLE:
        start = text.find(word)
        while start >= 0:
            assert not start < len(kept) < start + len(word), (word, short)
            start = text.find(word, start + 1)
