"""Whole posts of the sample articles: they fit, and carry hook, point and link."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
from tests.text.limits import EVERY

from socialpipe.model import Article, Digest, Post, PostKind
from socialpipe.text.compose import compose
from socialpipe.text.count import problems
from socialpipe.text.digest import digest
from socialpipe.text.lexicon import lexicon
from socialpipe.text.read import read

SAMPLES = sorted((Path(__file__).parent.parent / "samples").iterdir())
LINK = "https://example.com/story"


@lru_cache(maxsize=32)
def sample(path: Path) -> tuple[Article, Digest]:
    article = read(path.read_bytes(), name=path.name)
    return article, digest(article)


@lru_cache(maxsize=32)
def posts(path: Path) -> list[Post]:
    pair = sample(path)
    return [compose(*pair, name, limits, link=LINK) for name, limits in EVERY.items()]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_they_fit(path: Path) -> None:
    for post in posts(path):
        for n, part in enumerate(post.parts):
            assert problems(part.text, EVERY[post.platform], with_image=n == 0) == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_they_carry_the_hook_a_point_and_the_link(path: Path) -> None:
    for post in posts(path):
        text = "\n".join(part.text for part in post.parts)
        assert post.link == LINK
        assert len(text) >= 40
        if post.kind is PostKind.THREAD:
            assert_parts_stand_alone(post)
            assert len(post.parts) <= 5
            assert text.count(LINK) == 1


def assert_parts_stand_alone(post: Post) -> None:
    """No part opens with a word that needs the part before, and none is hashtags alone."""
    words = lexicon(post.language)
    for n, part in enumerate(post.parts[1:], start=2):
        number, _, said = part.text.partition(" ")
        assert number == f"{n}/{len(post.parts)}"
        assert not words.dependents.match(said)
        assert not words.connectives.match(said)
        assert not said.startswith(("#", "http"))
