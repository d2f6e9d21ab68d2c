"""Links that stay whole wherever they are pasted."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from socialpipe.errors import Refused
from socialpipe.text import entities
from socialpipe.text.links import is_valid, portable, with_parameters


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        ("https://example.com/글/1", "https://example.com/%EA%B8%80/1"),
        ("https://example.com/%EA%B8%80", "https://example.com/%EA%B8%80"),
        ("https://한국.kr/?q=서울 여행", "https://xn--3e0b707e.kr/?q=%EC%84%9C%EC%9A%B8%20%EC%97%AC%ED%96%89"),
        ("https://example.com/wiki/A_(b)", "https://example.com/wiki/A_(b)"),
        ("https://example.com/end.", "https://example.com/end%2E"),
        ('https://example.com/"q"', "https://example.com/%22q%22"),
        ("https://example.com/a(b", "https://example.com/a%28b"),
        ("HTTP://Example.com/A", "http://example.com/A"),
        ("http://localhost:8080/x", "http://localhost:8080/x"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
    ],
)  # fmt: skip
def test_portable(given_url: str, expected: str) -> None:
    assert portable(given_url) == expected


@pytest.mark.parametrize(
    "url", ["", "example.com", "ftp://example.com", "javascript:alert(1)", "https://", "http://[x"]
)
def test_what_is_no_link_is_refused(url: str) -> None:
    with pytest.raises(Refused, match="no web address"):
        portable(url)


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=20))
@example("[?", "")
def test_a_portable_link_is_one_url_on_x(path: str, query: str) -> None:
    url = portable("https://example.com/" + path.replace("\ud800", "") + "x?q=" + query + "x")
    assert url.isascii()
    assert [found.text for found in entities.urls(f"글 {url} 글")] == [url]


def test_parameters_are_added_before_the_fragment_and_never_twice() -> None:
    parameters = {"utm_source": "x", "utm_campaign": "봄 행사", "utm_term": ""}
    tagged = with_parameters("https://e.com/a?utm_source=mail#top", parameters)
    assert (
        tagged == "https://e.com/a?utm_source=mail&utm_campaign=%EB%B4%84%20%ED%96%89%EC%82%AC#top"
    )
    assert with_parameters(tagged, parameters) == tagged


def test_valid_addresses() -> None:
    assert is_valid("https://user:pw@sub_x.example.com:81/a;b?c=d#/e")
    assert is_valid("http://192.168.0.1/")
    assert not is_valid("http://300.168.0.1/")
    assert not is_valid("https://example.com/a b")
    assert not is_valid("example.com")
