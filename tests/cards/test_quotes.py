"""Straight quotes are printed as each language prints them, and nothing else is touched."""

from __future__ import annotations

import time
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.cards.articles import LIMITS, article, digest

from socialpipe.cards import draw
from socialpipe.cards.typeset.quotes import typographic
from socialpipe.cards.typeset.rich import Rich


def printed(text: str, language: str = "en") -> str:
    return typographic(Rich(text), language).text


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", """She said "don't" - twice...""", "She said “don’t” – twice…"),
        (
            "en",
            """the 'quiet' hour of the '90s, the readers' own""",
            "the ‘quiet’ hour of the ’90s, the readers’ own",
        ),
        ("en", """("Why not?")""", "(“Why not?”)"),
        ("ko", """'조용한 시간'이 "답"이었다""", "‘조용한 시간’이 “답”이었다"),
        ("de", '"Warum nicht?", fragt sie', "„Warum nicht?“, fragt sie"),
        ("fr", 'Elle dit "non" à l\'heure', "Elle dit «\u202fnon\u202f» à l’heure"),
        ("ja", '町は"夜"を選んだ', "町は「夜」を選んだ"),
        ("zh-Hans", '他说"不"', "他说“不”"),
        ("zh-TW", '他說"不"', "他說「不」"),
        ("ru", '"Тихий час" открыт', "«Тихий час» открыт"),
        ("pt", 'o "silêncio"', "o “silêncio”"),
        ("und", 'a "word"', "a “word”"),
        ("en", 'said "see example.org" today', "said “see example.org” today"),
    ],
)
def test_each_language_has_its_quotes(language: str, text: str, expected: str) -> None:
    assert printed(text, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "5'10\" tall",
        'one "that never ends',
        'https://example.org/?a="b"',
        "@it's_me and #don't",
        "2026-11-23 and 555-1234",
        "well-known",
        "“done” already",
        "",
    ],
)
def test_what_is_no_quote_stays(text: str) -> None:
    assert printed(text) == text


def test_emphasis_stays_on_its_words() -> None:
    text = '"Yes", she said: "38 % more"'
    start = text.index("38 %")
    rich = typographic(Rich(text, ((start, start + 4),)), "fr")
    ((a, b),) = rich.hot
    assert rich.text[a:b] == "38 %"


def test_long_texts_take_no_long_time() -> None:
    began = time.process_time()
    for text in ("a" * 20_000, "a." * 10_000, "a'" * 10_000, '"' * 20_000):
        printed(text)
    assert time.process_time() - began < 1


@given(st.text(max_size=60), st.sampled_from(["en", "fr", "ja", "de", "ko"]))
def test_only_marks_change(text: str, language: str) -> None:
    changed = printed(text, language)
    kept = [char for char in text if char not in "\"'.- "]
    rest = iter(changed)
    assert all(any(char == other for other in rest) for char in kept)


def test_alt_texts_keep_the_marks_of_the_article() -> None:
    (card,) = draw(article(), digest('A "quiet" hour'), LIMITS, template="news")
    assert 'A "quiet" hour' in card.alt
    (curly,) = draw(article(), digest("A “quiet” hour"), LIMITS, template="news")
    one, other = (Image.open(BytesIO(drawn.data)) for drawn in (card, curly))
    assert one.tobytes() == other.tobytes()
