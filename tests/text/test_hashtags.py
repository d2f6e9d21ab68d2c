from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from socialpipe.model import Article
from socialpipe.text.hashtags import COMPUTED, LONGEST, inline, normalise, rank


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("AI 격차", "AI격차"),
        ("#인공지능", "인공지능"),
        ("＃전각", "전각"),
        ("machine learning", "MachineLearning"),
        ("chain-of-thought", "ChainOfThought"),
        ("01.AI", "01AI"),
        ("C++", "cpp"),
        ("R&D", "RnD"),
        ("Korea's", "Korea"),
        ("ＡＩ", "AI"),
        ("체크✅리스트", "체크리스트"),
        ("2026년", "2026년"),
        ("ป้ายน้ำ", "ป้ายน้ำ"),
        ("काम करने", "काम_करने"),
        ("الطاقة الشمسية", "الطاقة_الشمسية"),
        ("2026", None),
        ("👍", None),
        ("", None),
        ("a", None),
        ("가" * 65, None),
    ],
)
def test_what_a_keyword_becomes(text: str, tag: str | None) -> None:
    assert normalise(text) == tag


@given(st.text(max_size=80))
def test_a_tag_is_letters_marks_digits_and_underscores_with_a_letter(text: str) -> None:
    tag = normalise(text)
    if tag is not None:
        assert regex.fullmatch(r"[\p{L}\p{M}\p{N}_]+", tag)
        assert regex.search(r"\p{L}", tag)
        assert 2 <= len(tag) <= LONGEST
        assert normalise(tag) == tag


def test_the_authors_tags_come_first_and_each_once() -> None:
    article = Article("t", "t", hashtags=("AI", "중국AI"), keywords=("중국 AI", "ai", "강화학습"))
    assert rank(article, ["강화학습", "New York"]) == ("AI", "중국AI", "강화학습", "NewYork")


@pytest.mark.parametrize(
    ("language", "words", "tags"),
    [
        ("en", ["repair", "repairs", "churches", "church", "bus"], ("repair", "churches")),
        (
            "de",
            ["Tal", "Lastenrad", "Rad", "KI", "Maschinen", "Maschine"],
            ("Lastenrad", "KI", "Maschinen"),
        ),
        ("fr", ["bouteille", "bouteilles"], ("bouteille",)),
        ("ko", ["수리", "물건들"], ("수리", "물건들")),
    ],
)
def test_brief_words_and_plurals_of_what_is_there_are_left_out(
    language: str, words: list[str], tags: tuple[str, ...]
) -> None:
    assert rank(Article("t", "t", language=language), words) == tags


def test_a_brief_word_of_the_title_is_a_tag() -> None:
    assert rank(Article("The night bus", "t", language="en"), ["bus", "art"]) == ("bus",)


@pytest.mark.parametrize(
    ("text", "tags", "expected", "left"),
    [
        ("A library lends drills", ["Library", "Drill"], "A #library lends drills", ("Drill",)),
        ("The library, the library", ["library"], "The #library, the library", ()),
        (
            "은평구, 수리 카페와 은평구의 봉사자",
            ["은평구", "수리카페"],
            "#은평구, 수리 카페와 은평구의 봉사자",
            ("수리카페",),
        ),
        ("은평구의 봉사자", ["은평구"], "은평구의 봉사자", ("은평구",)),
        (
            "See https://e.com/library now",
            ["library"],
            "See https://e.com/library now",
            ("library",),
        ),
        ("Ask @library", ["library"], "Ask @library", ("library",)),
        ("An #library", ["library"], "An #library", ("library",)),
        ("", ["a1"], "", ("a1",)),
    ],
)
def test_words_become_tags_where_they_stand_whole(
    text: str, tags: list[str], expected: str, left: tuple[str, ...]
) -> None:
    assert inline(text, tags) == (expected, left)


def test_a_computed_tag_that_nobody_searches_for_is_left_out() -> None:
    word = "a" * (COMPUTED + 1)
    assert rank(Article("t", "t"), [word]) == ()
    assert rank(Article("t", "t", keywords=(word,)), []) == (word,)
