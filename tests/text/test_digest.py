from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialpipe.errors import Refused
from socialpipe.model import Article, Digest
from socialpipe.text.digest import digest
from socialpipe.text.read import read

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
    for said in (found.headline, found.hook, found.key_number, found.emoji):
        assert said in source
    for sentence in found.summary.split("\n"):
        assert all(word in source for word in sentence.split())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_has_a_digest_that_rests_on_it(path: Path) -> None:
    article, found = of(path)
    grounded(article, found)
    assert article.language == path.name.rpartition("-")[0]
    assert 3 <= len(found.points) <= 5
    assert found.headline
    assert found.hook
    assert found.summary
    assert len(found.keywords) >= 5
    assert len(found.hashtags) >= 3
    assert not any(
        point.text.rstrip('”»」』"').endswith(("?", "？", "؟")) for point in found.points
    )


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_points_differ(path: Path) -> None:
    _, found = of(path)
    assert len({point.text for point in found.points}) == len(found.points)


@settings(deadline=None)
@given(st.text(max_size=600))
def test_any_article_has_a_grounded_digest(text: str) -> None:
    try:
        article = read(text)
    except Refused:
        return
    grounded(article, digest(article))
