"""Hashtags in a text, one by one; and edited posts that fit again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from socialpipe.text.chips import moved_tag, tags_of, with_tag, without_tag
from socialpipe.text.refit import refit

TEXTS = st.lists(
    st.sampled_from(
        ["#수리", "#one", "#two_2", "word", "말", "\n", "\n\n", "https://example.org/a"]
    ),
    max_size=12,
).map(" ".join)


@given(TEXTS, st.integers(-2, 12))
def test_one_tag_leaves(text: str, n: int) -> None:
    before = tags_of(text)
    left = before[:n] + before[n + 1 :] if 0 <= n < len(before) else before
    assert tags_of(without_tag(text, n)) == left


@given(TEXTS, st.integers(-2, 12), st.integers(-2, 12))
def test_tags_change_places_and_nothing_else(text: str, n: int, to: int) -> None:
    words = tags_of(text)
    if 0 <= n < len(words) and 0 <= to < len(words):
        words.insert(to, words.pop(n))
    moved = moved_tag(text, n, to)
    assert tags_of(moved) == words
    assert sorted(moved) == sorted(text)


@given(TEXTS)
def test_a_tag_is_added_once(text: str) -> None:
    more = with_tag(text, "새 태그")
    assert tags_of(more).count("새태그") == 1
    assert with_tag(more, "#새태그") == more
    assert with_tag(text, "2026") == text


@given(TEXTS, st.integers(1, 60))
def test_what_is_refitted_fits(text: str, limit: int) -> None:
    def fits(said: str) -> bool:
        return len(said) <= limit

    assert fits(refit(text, fits))
    assert not fits(text) or refit(text, fits) == text


def test_the_line_of_a_tag_goes_with_it() -> None:
    assert without_tag("Hello\n\n#one", 0) == "Hello"
    assert without_tag("Hello\n\n#one #two", 0) == "Hello\n\n#two"
    assert without_tag("Hi #one there", 0) == "Hi there"


def test_link_and_first_tag_stay() -> None:
    text = "A sentence that is too long by far. Another.\n\nhttps://example.org/a\n\n#one #two"
    fitted = refit(text, lambda said: len(said) <= 60)
    assert fitted.endswith("\n\nhttps://example.org/a\n\n#one")
    assert fitted.startswith("A sentence")
