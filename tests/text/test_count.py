"""Lengths by each network's own measure."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.text.limits import BLUESKY, MASTODON, NETWORKS, TELEGRAM, X

from socialpipe.model import Limits, Unit
from socialpipe.text.count import measure, problems
from socialpipe.text.weighted import weighted_length

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("plain", 5),
        ("한국어", 6),
        ("日本語かな", 10),
        ("“curly” · dot", 13),
        ("a…b→c", 7),
        ("①☑", 4),
        (FAMILY, 2),
        ("🇰🇷🇯🇵", 4),
        ("👍🏽", 2),
        ("1️⃣", 2),
        ("1⃣", 2),
        ("1 # * © ®", 9),
        ("©️", 2),
        ("🏴󠁧󠁢󠁷󠁬󠁳󠁿", 2),
        ("❤️‍🔥", 2),
        ("https://example.com/a/very/long/path?that=goes&on=and#on", 23),
        ("see example.com.", 28),
        ("01.AI", 23),
        ("01.AI의 새 플랫폼", 23 + 12),
        ("README.md", 23),
        ("naver.com", 23),
        ("http://localhost/x", 18),
        ("user@example.com", 16),
        ("v2.0 node.js", 12),
        ("https://blog.naver.com/아/1", 27),
        ("https://blog.naver.com/%EC%95%84/1", 23),
        ("http://t.co/abcdefghij's", 25),
        ("A. B.C", 6),
    ],
)
def test_weight_on_x(text: str, weight: int) -> None:
    assert measure(text, X) == weight


def test_weight_without_the_emoji_discount() -> None:
    assert weighted_length(FAMILY, discount_emoji=False) == 4 * 2 + 3


def test_weight_does_not_depend_on_the_normal_form() -> None:
    text = "각 프로젝트의 café"
    assert measure(unicodedata.normalize("NFD", text), X) == measure(text, X)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("한국어 글", 5),
        (FAMILY * 3, 3),
        ("https://example.com/" + "a" * 60, 23),
        ("example.com", 11),
        ("via @ann@example.social", 8),
        ("@ann", 4),
        ("mail ann@example.social", 23),
        ("각", 1),
    ],
)
def test_characters_on_mastodon(text: str, length: int) -> None:
    assert measure(text, MASTODON) == length


def test_bluesky_counts_urls_in_full_and_bytes_too() -> None:
    url = "https://example.com/" + "a" * 60
    assert measure(url, BLUESKY) == len(url)
    assert problems("가" * 300, BLUESKY) == []
    assert problems("가" * 301, BLUESKY) == [
        "The text is 301 characters long; 300 are allowed: 1 too many."
    ]
    assert problems(FAMILY * 150, BLUESKY) == [
        "The text is 3750 bytes in UTF-8; 3000 are allowed: 750 too many."
    ]


def test_telegram_counts_utf16_and_has_a_shorter_caption() -> None:
    text = f"🎉 서울 여행 체크리스트 ✅ {FAMILY} #서울여행"
    assert measure(text, TELEGRAM) == 34
    assert problems("a" * 1025, TELEGRAM) == []
    assert problems("a" * 1024, TELEGRAM, with_image=True) == []
    assert problems("a" * 1025, TELEGRAM, with_image=True) == [
        "The text is 1025 UTF-16 units long; 1024 are allowed: 1 too many."
    ]


def test_codepoints() -> None:
    assert measure(FAMILY, replace(X, unit=Unit.CODEPOINTS, link=None)) == 7


@pytest.mark.parametrize(
    ("unit", "text", "length"),
    [
        (Unit.EMOJI_BYTES, "안녕 👋", 3 + 4),
        (Unit.EMOJI_BYTES, FAMILY, 25),
        (Unit.EMOJI_BYTES, "🇰🇷 1️⃣ ①", 8 + 1 + 7 + 1 + 1),
        (Unit.EMOJI_BYTES, "plain (c) #1", 12),
        (Unit.ESCAPED, "plain", 5),
        (Unit.ESCAPED, "a (b) [c] *d* e_f @g ~h | <i> {j} \\", 35 + 15),
        (Unit.ESCAPED, "#Bread 100#1", 13),
        (Unit.ESCAPED, "#빵집", len("{hashtag|\\#|빵집}")),
        (Unit.ESCAPED, "https://example.com/a_b", 23),
        (Unit.ESCAPED, "https://example.com/a(b)", 28),
        (Unit.ESCAPED, "😀", 2),
        (Unit.ENTITIES, "R&D <b> 😀 가 'n \"", 17 + 4 + 3 + 3),
        (Unit.BYTES, "가a", 4),
    ],
)
def test_the_other_units(unit: Unit, text: str, length: int) -> None:
    limits = Limits(text=10_000, unit=unit, source="test", checked="2026-11-01")
    assert measure(text, limits) == length


def test_caps_on_entities() -> None:
    capped = replace(BLUESKY, hashtags_most=2, mentions_most=1, links_most=1)
    assert problems("#a #a #b @c https://e.com https://e.com", capped) == []
    assert problems("#a #b #c @d @e https://e.com f.com", capped) == [
        "The text has 3 hashtags; 2 are allowed: 1 too many.",
        "The text has 2 mentions; 1 are allowed: 1 too many.",
        "The text has 2 links; 1 are allowed: 1 too many.",
    ]


@pytest.mark.parametrize("limits", NETWORKS.values(), ids=NETWORKS)
def test_what_no_network_takes(limits: Limits) -> None:
    assert problems(" \n", limits) == ["The text is empty."]
    assert problems("ab\ud83d", limits) == ["Half of a surrogate pair stands alone at character 3."]


def test_x_refuses_three_characters() -> None:
    for character in "\ufffe\ufeff\uffff":
        assert problems(f"a{character}", X) == [
            f"Character 2 (U+{ord(character):04X}) is not allowed."
        ]
        assert problems(f"a{character}", TELEGRAM) == []


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_measured_and_costs_at_least_its_graphemes(text: str) -> None:
    for limits in NETWORKS.values():
        assert measure(text, limits) >= 0
        assert bool(problems(text, replace(limits, text=0)))
    assert measure(text, TELEGRAM) >= len(text)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["https://e.com/x", "가", "a ", "👍🏽", " ", "1️⃣", "\n"])))
def test_a_longer_text_never_weighs_less(pieces: list[str]) -> None:
    texts = [" ".join(pieces[:n]) for n in range(len(pieces) + 1)]
    for limits in NETWORKS.values():
        assert all(measure(a, limits) <= measure(b, limits) for a, b in pairwise(texts))


@pytest.mark.parametrize(("text", "count"), [("ক্ষ", 1), ("ি্ক", 2), ("ী্শম", 3), ("्प", 2)])
def test_a_sign_that_joins_nothing_is_a_grapheme_of_its_own(text: str, count: int) -> None:
    limits = Limits(text=300, unit=Unit.GRAPHEMES, source="UAX 29", checked="2026-11-23")
    assert measure(text, limits) == count
