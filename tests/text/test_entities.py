"""What becomes a link on X: vectors of our own.

`benchmarks/text_conformance.py` runs the public ones.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialpipe.text.entities import cashtags, hashtags, mentions, urls


def names(found: list) -> list[str]:  # type: ignore[type-arg]
    return [entity.name for entity in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("read https://example.org/a_(b) now", ["https://example.org/a_(b)"]),
        ("(https://example.org/a)", ["https://example.org/a"]),
        ("ends https://example.org/path.", ["https://example.org/path"]),
        ("query http://example.org?q=1&r=[2]#x.", ["http://example.org?q=1&r=[2]#x"]),
        ("bare example.org/a and 01.AI의", ["example.org/a", "01.AI"]),
        ("글example.com글", ["example.com"]),
        ("http://例え.jp/ok", ["http://例え.jp/ok"]),
        ("twice.example.com", ["twice.example.com"]),
        ("port https://example.org:8080/a", ["https://example.org:8080/a"]),
        ("xn http://xn--3e0b707e.kr", ["http://xn--3e0b707e.kr"]),
        ("http://user@example.com", []),
        ("a.kr@example.com a.gov@b #example.com $example.com", []),
        ("-example.com /example.com", []),
        ("http://example.notadomain example.notadomain", []),
        ("http://-x.com http://x-.com http://x_y.com", []),
        ("v1.2.3 and 3.14", []),
        ("no dots here", []),
        ("http://" + "가" * 60 + ".com", []),
        ("retired brand: movistar.movistar", ["movistar.movistar"]),
        ("https://t.co/" + "a" * 41, []),
        ("https://t.co/abc.d", ["https://t.co/abc"]),
    ],
)
def test_urls(text: str, expected: list[str]) -> None:
    assert names(urls(text)) == expected


def test_urls_with_a_protocol_only() -> None:
    assert names(urls("example.com https://example.com", bare=False)) == ["https://example.com"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#한국어 (#괄호) #인공_지능", ["한국어", "괄호", "인공_지능"]),
        ("#2026년 #2026", ["2026년"]),
        ("글자#붙임 #a#b a&#c", []),
        ("#C++ #R&D #node.js", ["C", "R", "node"]),
        ("＃전각 #카페·라떼", ["전각", "카페·라떼"]),
        ("https://example.com/#not #yes", ["yes"]),
        ("👍️#tag #✅no", ["tag"]),
        ("#http://example.com", []),
    ],
)
def test_hashtags(text: str, expected: list[str]) -> None:
    assert names(hashtags(text)) == expected


def test_mentions_and_cashtags() -> None:
    assert names(mentions("@ann, .@bob/list-1 RT@cid x@dan @é @a@b @ann://")) == [
        "ann",
        "bob/list-1",
        "cid",
    ]
    assert names(cashtags("$ABC $abc.d a$X $TOOLONGX $1")) == ["ABC", "abc.d"]


@settings(deadline=None)
@given(st.text(alphabet="ab.c/:#@-_ 가あ�\u2066?&=()", max_size=60))
def test_offsets_point_at_the_entity(text: str) -> None:
    for find in (urls, hashtags, mentions, cashtags):
        for entity in find(text):
            assert text[entity.start : entity.end] == entity.text


@pytest.mark.parametrize(
    "unit",
    [
        "가",
        "a",
        "가-",
        "a.",
        "a-",
        "(",
        "a(",
        "/(",
        "/@a",
        "가.가-",
        "http://",
        "http://a.b/(",
        "http://가",
        "@a",
        "#가",
        "a_",
    ],
)
def test_long_garbage_takes_no_time(unit: str) -> None:
    text = unit * (20_000 // len(unit)) + ".com 가.com"
    started = time.process_time()
    urls(text)
    hashtags(text)
    mentions(text)
    assert time.process_time() - started < 3
