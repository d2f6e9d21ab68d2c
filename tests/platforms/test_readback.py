"""Recognising our own post."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.platforms.case import CARD, NOW, TEXT, part

from socialpipe.model import Receipt
from socialpipe.platforms.readback import Seen, moment, newest_match, normal, plain


def seen(name: str = "1", text: str = TEXT, seconds: float = 0, media: int | None = 0) -> Seen:
    return Seen(Receipt(name), text, NOW + timedelta(seconds=seconds), media)


def test_the_newest_of_several_wins() -> None:
    found = newest_match(part(), [seen("old"), seen("new", seconds=5), seen("mid", seconds=2)])
    assert found == Receipt("new")


def test_clocks_may_differ_by_a_minute() -> None:
    assert newest_match(part(), [seen(seconds=-59)])
    assert newest_match(part(), [seen(seconds=-61)]) is None


def test_a_post_without_a_time_is_not_ours() -> None:
    assert newest_match(part(), [Seen(Receipt("1"), TEXT, None)]) is None


def test_the_number_of_images_tells_posts_apart() -> None:
    assert newest_match(part(cards=(CARD,)), [seen(media=0)]) is None
    assert newest_match(part(cards=(CARD,)), [seen(media=1)])
    assert newest_match(part(cards=(CARD,)), [seen(media=None)])


def test_spelling_of_the_same_text() -> None:
    assert normal(unicodedata.normalize("NFD", "서울  여행\r\n ")) == "서울 여행"


def test_html_becomes_text() -> None:
    html = "<p>a &amp; b<br />c <a href='x'><span>http://</span>d</a></p><p>e</p>"
    assert plain(html) == "a & b\nc http://d\ne"


@given(st.text())
def test_any_html_is_survived(html: str) -> None:
    plain(html)


@given(st.none() | st.text() | st.floats() | st.integers() | st.booleans())
def test_any_time_is_survived(value: object) -> None:
    at = moment(value)
    assert at is None or at.tzinfo is not None
