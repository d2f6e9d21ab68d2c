from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialpipe.errors import Refused
from socialpipe.model import Article, Digest
from socialpipe.text.digest import digest
from socialpipe.text.lexicon import lexicon
from socialpipe.text.read import read
from socialpipe.text.sentences import split

SAMPLES = sorted(
    path for path in (Path(__file__).parent.parent / "samples").iterdir() if path.suffix != ".json"
)


def of(path: Path) -> tuple[Article, Digest]:
    article = read(path.read_bytes(), name=path.name)
    return article, digest(article)


def grounded(article: Article, found: Digest) -> None:
    """Every point is a span; everything else that is said stands in title or text."""
    for point in found.points:
        assert article.text[slice(*point.span)] == point.text
    source = f"{article.title}\n{article.text}"
    for said in (found.headline, *found.hooks, found.key_number, found.key_claim, found.emoji):
        assert said in source
    for start, end in split(found.summary, lexicon(article.language)):
        assert found.summary[start:end] in source


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_has_a_digest_that_rests_on_it(path: Path) -> None:
    article, found = of(path)
    grounded(article, found)
    assert article.language == path.name.rpartition("-")[0]
    assert 3 <= len(found.points) <= 5
    assert found.headline
    assert found.hook in found.hooks
    assert found.key_number in found.key_claim
    assert len(found.hooks) == len(set(found.hooks)) >= 2
    assert [len(found.best(count)) for count in (1, 3, 5)] == [1, 3, len(found.points)]
    assert found.best(1) == found.points[:1]
    assert list(found.best(5)) == sorted(found.points, key=lambda point: point.span)
    assert found.summary
    assert len(found.keywords) >= 3
    assert all(any(map(str.isalpha, word)) and "\n" not in word for word in found.keywords)
    assert len(found.hashtags) >= 3
    assert not any(
        point.text.rstrip('”»」』"').endswith(("?", "？", "؟")) for point in found.points
    )


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_points_differ(path: Path) -> None:
    _, found = of(path)
    assert len({point.text for point in found.points}) == len(found.points)


WORDS = [path.read_text("utf-8").split() for path in SAMPLES]
SIGNS = ["\n", "\n\n", "✔", "- ", "“", "”", "?", "😀", "#", "42 %", "x" * 10_000]
PROSE = st.sampled_from(WORDS).flatmap(
    lambda words: st.lists(
        st.sampled_from(
            [*words, "\n", "\n\n", "✔", "- ", "“", "”", "?", "😀", "#", "42 %", "x" * 10_000]
        ),
        min_size=5,
        max_size=120,
    ).map(" ".join)
)


@settings(deadline=None, max_examples=60)
@given(PROSE)
def test_any_article_has_a_grounded_digest(text: str) -> None:
    try:
        article = read(text)
    except Refused:
        return
    found = digest(article)
    grounded(article, found)
    assert found == digest(article)


NEWS = """The town that mends

Hello and welcome! Last year 1,240 lamps were repaired in Harrow. However, it was not easy.
Is it worth it? Volunteers from two clubs meet every Saturday in the old station. \
The council pays the rent of £9,000 a year. Subscribe to our newsletter!
"""


def test_greetings_questions_and_calls_are_no_points() -> None:
    found = digest(read(NEWS))
    texts = [point.text for point in found.points]
    assert texts[0] == "Last year 1,240 lamps were repaired in Harrow."
    assert not any("Hello" in text or "?" in text or "Subscribe" in text for text in texts)


def test_a_leading_connective_is_trimmed_where_letters_have_no_case() -> None:
    article = read(
        "수리하는 동네\n\n지난해 고친 전등은 1,240개입니다.\n\n"
        "하지만 봉사자는 해마다 줄고 있습니다.\n\n"
        "구청은 임대료를 매년 대신 냅니다."
    )
    texts = [point.text for point in digest(article).points]
    assert "봉사자는 해마다 줄고 있습니다." in texts


def test_the_authors_checklist_comes_before_everything() -> None:
    _, found = of(SAMPLES[0].parent / "ko-repair.txt")
    assert found.points[0].text == "은평구 수리 카페, 한 해 1,240개 접수"
    assert found.key_number == "1,240개"
    assert found.headline == "고장 난 것을 고치는 토요일"
    assert found.emoji == "🔧"


def test_the_authors_dek_comes_before_the_ranker() -> None:
    article, found = of(SAMPLES[0].parent / "en-library.md")
    assert article.dek
    assert found.points[0].text == found.summary == article.dek


def test_two_points_never_say_the_same() -> None:
    sentence = "The council repaired 340 broken lamps in Harrow last year."
    again = "Last year the council repaired 340 broken lamps in Harrow."
    article = read(
        f"The lamps\n\n{sentence}\n\n{again}\n\nA new station opens in May near the river."
    )
    assert len(digest(article).points) == 2


def test_reading_time_grows_with_the_text() -> None:
    body = "The old station was opened again by volunteers. " * 200
    assert digest(read(f"The station\n\n{body}")).reading_minutes == 7


def test_a_word_of_ten_thousand_letters_is_survived() -> None:
    found = digest(read("가" * 10_000))
    assert len(found.hook) <= 10_000
    assert found.points == ()


def test_hooks_are_number_quote_question_and_title() -> None:
    article, found = of(SAMPLES[0].parent / "en-library.md")
    assert found.hooks[:4] == (
        "Today the branch lends 612 objects, from pressure washers to projectors.",
        "People do not want the drill, they want the shelf on the wall",
        "Why would anyone own a drill?",
        article.title,
    )
    assert found.hook == article.title
    assert found.key_claim == found.hooks[0]


def test_a_title_too_long_for_a_first_line_makes_way() -> None:
    title = "The library of Harrow Green " * 4
    found = digest(read(f"{title}\n\nThe branch lends 612 objects to everybody in the town."))
    assert found.hook == found.hooks[0] == found.key_claim
    assert "612" in found.hook


def test_sentences_that_lean_on_others_are_points_only_in_need() -> None:
    leaning = "They moved into the hall with 940 books and many helpers from the town."
    sound = [
        "The council of Harrow opened a new library in the old station on Monday.",
        "Volunteers carried 4,000 volumes across the river within one single day.",
        "A local bakery paid for the shelves and wants no sign with its name there.",
    ]

    def told(*lines: str) -> list[str]:
        found = digest(read("A library moves\n\n" + "\n\n".join(lines)))
        return [point.text for point in found.best(5)]

    assert told(*sound, leaning) == sound
    assert leaning in told(*sound[:2], leaning)


def test_a_summary_after_tldr_gives_the_points() -> None:
    article = read(
        "Plain text mail\n\nTL;DR: Plain mails were opened more often. They take nine minutes.\n\n"
        "1. Less to break\nMail programs show plain text the same way everywhere in the world."
    )
    found = digest(article)
    assert [point.text for point in found.points] == [
        "Plain mails were opened more often.",
        "They take nine minutes.",
    ]
    assert "TL;DR" not in found.summary
    assert article.sections[1].heading == "Less to break"
