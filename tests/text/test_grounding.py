"""Nothing is invented: every number and every word of a post is one of the article.

Over all samples and 200 articles made of them with other numbers and names, on all networks, in
all tones, with other first lines: texts, titles, first comments, hashtags, and the alt texts of
cards. Ours are only the labels and the words of the cards, which are closed lists.
"""

from __future__ import annotations

import random
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import pytest
import regex

from socialpipe.cards import draw
from socialpipe.cards.words import words
from socialpipe.model import Article, Card, Digest, Post
from socialpipe.platforms import registry
from socialpipe.text.compose import variants
from socialpipe.text.digest import digest
from socialpipe.text.labels import labels
from socialpipe.text.lexicon import UNSPACED
from socialpipe.text.read import read
from socialpipe.text.style import Style, Tone

SAMPLES = sorted((Path(__file__).parent.parent / "samples").iterdir())
LINK = "https://example.com/story"
SMALL = (360, 360)  # px; a card says the same at any size
NUMBER = regex.compile(r"\d+(?:[.,:٫]\d+)*")
WORD = regex.compile(r"(?!\d)[\p{L}\p{M}\p{N}]+")
NAME = regex.compile(r"\b\p{Lu}\p{Ll}{4,}")
NAMES = ("Quillon", "Marabeth", "Zemfira", "Özgür", "Thảo", "Костров", "하윤재", "نرجس", "मीनाक्षी")
# What the rules of 합니다체 and of notes make of an ending (register.py).
INFLECTED = regex.compile(r"[가-힣]*(?:니다|[가-힣음])")


@dataclass(frozen=True)
class Source:
    """An article with what its posts may say."""

    article: Article
    digest: Digest
    text: str
    words: frozenset[str]
    numbers: frozenset[str]
    letters: str

    @classmethod
    def of(cls, article: Article) -> Source:
        told = (article.title, article.text, article.dek, article.site, article.author)
        text = "\n".join(filter(None, told))
        marked = " ".join((*article.keywords, *article.hashtags))
        known = {word.casefold() for word in WORD.findall(f"{text}\n{ours(article.language)}")}
        numbers = frozenset(NUMBER.findall(text))
        return cls(
            article, digest(article), text, frozenset(known), numbers, letters(f"{text} {marked}")
        )

    def posts(self, name: str, tone: Tone, count: int) -> tuple[Post, ...]:
        limits, style = registry.load(name).limits, Style(tone=tone)
        return variants(self.article, self.digest, name, limits, count, link=LINK, style=style)

    def invented(self, post: Post) -> list[str]:
        """Return the numbers, words and hashtags of a post that are not the article's."""
        texts = (*(part.text for part in post.parts), post.first_comment or "", post.title or "")
        said = "\n".join(plain(text, post) for text in texts)
        return [
            *self.unknown(said),
            *(tag for tag in post.hashtags if letters(tag) not in self.letters),
        ]

    def unknown(self, said: str) -> list[str]:
        """Return the numbers and words of a text that are not the article's."""
        return [
            *(number for number in NUMBER.findall(said) if number not in self.numbers),
            *(word for word in WORD.findall(said) if not self.knows(word)),
        ]

    def drawn(self) -> tuple[Card, ...]:
        limits = replace(registry.load("instagram").limits, card=SMALL)
        return draw(self.article, self.digest, limits)

    def knows(self, word: str) -> bool:
        if word.casefold() in self.words:
            return True
        if self.article.language in UNSPACED:  # a run may be cut between its words
            return word in self.text
        return self.article.language == "ko" and inflected(word, self.text)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples_are_the_only_source(path: Path) -> None:
    source = Source.of(read(path.read_bytes(), name=path.name))
    for tone in Tone:
        for name in registry.names():
            for post in source.posts(name, tone, 3):
                assert source.invented(post) == [], post.platform
    for card in source.drawn():
        assert source.unknown(card.alt) == [], card.template


@pytest.mark.parametrize("start", range(0, 200, 20))
def test_made_articles_are_the_only_source(start: int) -> None:
    for seed in range(start, start + 20):
        source = Source.of(generated(seed))
        for name in registry.names():
            for post in source.posts(name, list(Tone)[seed % 3], 2):
                assert source.invented(post) == [], (seed, post.platform)
        for card in source.drawn():
            assert source.unknown(card.alt) == [], (seed, card.template)


def test_what_is_invented_is_found() -> None:
    source = Source.of(read("The town opened a cafe. Volunteers mended 340 lamps in it."))
    other = Source.of(read("The town opened a bar. Volunteers mended 34 lamps in it."))
    (post,) = source.posts("x", Tone.NEUTRAL, 1)
    assert source.invented(post) == []
    assert {"cafe", "340"} <= set(other.invented(post))
    assert other.invented(replace(post, hashtags=("Cafe",)))[-1] == "Cafe"
    assert "Cafe" in other.invented(replace(post, first_comment="#Cafe"))
    assert "Cafe" in other.invented(replace(post, title="The Cafe"))
    assert "340" in other.unknown(source.drawn()[0].alt)


def ours(language: str) -> str:
    return " ".join(map(str, (*astuple(labels(language)), *words(language))))


def letters(text: str) -> str:
    return regex.sub(r"[^\p{L}\p{M}\p{N}]+", "", text).casefold()


def inflected(word: str, source: str) -> bool:
    """Tell whether only the ending differs: at most the last three syllables."""
    stem = word[: max(1, len(word) - 3)]
    return bool(INFLECTED.fullmatch(word)) and stem in source


def plain(text: str, post: Post) -> str:
    """Take off the link, the hashtags, the numbers of parts and the signs of markup."""
    text = text.replace(LINK, "").replace("\\", "")
    for tag in post.hashtags:
        text = text.replace(f"#{tag}", "")
    return regex.sub(r"\b\d{1,2}/\d{1,2}\b", "", text)


def generated(seed: int) -> Article:
    """Shuffle the lines of a sample, and put other numbers and names into it."""
    dice = random.Random(seed)
    path = SAMPLES[seed % len(SAMPLES)]
    article = read(path.read_bytes(), name=path.name)
    lines = [line for line in article.text.splitlines() if line]
    dice.shuffle(lines)
    text = regex.sub(r"\d", lambda _: dice.choice("123456789"), "\n\n".join(lines))
    text = NAME.sub(lambda found: dice.choice((found[0], dice.choice(NAMES))), text)
    return read(f"{lines[0][:80]}\n\n{text}", name="made.txt")
