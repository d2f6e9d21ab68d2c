"""Fit generated texts in fifteen scripts into every network, and look for what is broken.

    python benchmarks/text_fit.py [COUNT]

A text is words of random letters, marks and emoji with figures, links, hashtags and mentions in
between. Of every post that is made of it: each part passes the network's own measure, the link is
whole, and no address, hashtag, figure or grapheme is there that the text does not have whole.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache

import regex

from socialpipe.errors import Refused
from socialpipe.model import Article, Digest, Limits, Post
from socialpipe.platforms import registry
from socialpipe.text import entities
from socialpipe.text.compose import compose
from socialpipe.text.count import problems
from socialpipe.text.digest import digest
from socialpipe.text.fit import shorten

HOST = "https://example.com"
LINK = f"{HOST}/story?id=7"
SCRIPTS = {  # code points of letters and marks, and a language of the script
    "latin": ("en", "a-zà-öø-ÿ\u0300-\u0304"),
    "cyrillic": ("ru", "а-яё"),
    "greek": ("und", "α-ωά-ώ"),
    "hebrew": ("und", "א-ת\u05b0-\u05bc"),
    "arabic": ("ar", "ء-غف-ي\u064b-\u0652"),
    "devanagari": ("hi", "अ-ह\u093e-\u094d"),
    "bengali": ("und", "অ-হ\u09be-\u09cd"),
    "tamil": ("und", "அ-ஹ\u0bbe-\u0bcd"),
    "thai": ("th", "ก-ฮ\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"),
    "hangul": ("ko", "가-힣"),
    "kana": ("ja", "ぁ-んァ-ヴ一-丿"),
    "han": ("zh-Hans", "一-鿿"),
    "georgian": ("und", "ა-ჰ"),
    "armenian": ("und", "ա-ֆ"),
    "ethiopic": ("und", "አ-ፚ"),
}
UNSPACED = {"thai", "kana", "han"}
EMOJI = ["😀", "👩🏽‍🚒", "🇰🇷", "❤️", "1️⃣", "👨‍👩‍👧‍👦"]
ENDS = [". ", "! ", "? ", "。", "। ", ".\n", "\n\n", ", ", " – ", "… "]


@cache
def letters(pattern: str) -> list[str]:
    """List the assigned letters and marks of a character class."""
    known = regex.compile(r"[\p{L}\p{M}]")
    inside = regex.compile(f"[{pattern}]")
    plane = map(chr, range(0x10000))
    return [c for c in plane if inside.match(c) and known.match(c)]


class Writer:
    """Writes nonsense in one script; equal seeds write the same."""

    def __init__(self, script: str, seed: int) -> None:
        self.language, pattern = SCRIPTS[script]
        self.letters = letters(pattern)
        self.space = "" if script in UNSPACED else " "
        self.dice = random.Random(f"{script} {seed}")

    def word(self) -> str:
        size = self.dice.choice((1, 3, 4, 5, 6, 8, 11, 60 if self.dice.random() < 0.02 else 7))
        return "".join(self.dice.choices(self.letters, k=size))

    def piece(self) -> str:
        dice, special = self.dice, self.dice.random()
        if special < 0.04:
            return f" {dice.choice(('', '$', '€'))}{dice.randrange(1, 2_000_000):,}% "
        if special < 0.06:
            return f" https://example.org/{dice.randrange(10**6)}/{dice.choice('abc')}?q=1 "
        if special < 0.08:
            return f" #{self.word()} "
        if special < 0.09:
            return f" @name{dice.randrange(100)}@host.example "
        return dice.choice(EMOJI) if special < 0.11 else self.word()

    def text(self, words: int) -> str:
        pieces = []
        for n in range(1, words + 1):
            pieces.append(self.piece())
            pieces.append(self.dice.choice(ENDS) if n % 9 == 0 else self.space)
        return "".join(pieces).strip()


def check_post(post: Post, limits: Limits, source: str) -> Iterator[str]:
    """Yield what is wrong with a post that was made of `source`."""
    for n, part in enumerate(post.parts):
        yield from problems(part.text, limits, with_image=n == 0 and limits.images > 0)
        yield from broken(part.text, f"{source}\n{post.link}")
    said = "\n".join(part.text for part in post.parts)
    if said.count(HOST) != said.count(LINK):
        yield "the link is not whole"


def broken(said: str, source: str) -> Iterator[str]:
    """Yield what of a post is a fragment of something that the source has whole."""
    wholes = {found.text for found in entities.urls(source)}
    for url in entities.urls(said):
        if url.text not in wholes:
            yield f"a fragment of a link: {url.text}"
    figures = set(FIGURE.findall(source))
    for figure in FIGURE.findall(said):
        if figure not in figures and not PART.search(figure):
            yield f"a fragment of a figure: {figure}"
    loose = regex.search(r"(?:^|[\s])[#@](?:$|[\s…])", said)
    if loose and not regex.search(r"(?:^|[\s])[#@](?:$|[\s])", source):
        yield "a dangling sign"


FIGURE = regex.compile(r"\d[\d,]*%?")
PART = regex.compile(r"^\d{1,2}$")  # the number of a part


def check_shortening(text: str, writer: Writer) -> Iterator[str]:
    """Shorten a text to any length: it fits, and begins as the text does, in whole graphemes."""
    limit = writer.dice.randrange(20, 400)
    short = shorten(text, lambda candidate: len(candidate) <= limit)
    kept = short.removesuffix("…")
    if len(short) > limit or not text.startswith(kept):
        yield f"shortened to {len(short)} of {limit}, not to its beginning"
    boundaries = {found.end() for found in regex.finditer(r"\X", text)}
    if kept and len(kept) not in boundaries:
        yield "half a grapheme"


def attempt(
    article: Article, essence: Digest, name: str, limits: Limits, seen: Counter[str]
) -> Iterator[str]:
    """Compose one post and yield what is wrong with it; a refusal is no fault."""
    pictured = limits.images > 0
    try:
        post = compose(article, essence, name, limits, link=LINK, with_image=pictured)
    except Refused:
        seen["refused"] += 1
        return
    seen["posts"] += 1
    seen["parts"] += len(post.parts)
    yield from check_post(post, limits, f"{article.title}\n{article.text}")


def check(count: int) -> tuple[Counter[str], list[str]]:
    """Return what happened, and the faults, over `count` texts."""
    networks = {name: registry.load(name).limits for name in registry.names()}
    seen, faults = Counter[str](), list[str]()
    for n in range(count):
        script = list(SCRIPTS)[n % len(SCRIPTS)]
        writer = Writer(script, n)
        text = writer.text(writer.dice.choice((1, 5, 40, 120)))
        title = writer.text(writer.dice.choice((1, 6, 30)))
        article = Article(title=title, text=text, language=writer.language)
        essence = digest(article)
        for name in writer.dice.sample(sorted(networks), 5):
            for fault in attempt(article, essence, name, networks[name], seen):
                faults.append(f"{script} {n} {name}: {fault}")
        for fault in check_shortening(text, writer):
            faults.append(f"{script} {n}: {fault}")
    return seen, faults


def report(count: int) -> tuple[int, str]:
    """Print the faults of `count` texts; return how many there are, and what was made."""
    start = time.process_time()
    seen, faults = check(count)
    for fault in faults[:20]:
        print("FAULT", fault)
    made = f"{seen['posts']:,} posts of {seen['parts']:,} parts, {seen['refused']} refused"
    return len(faults), f"{made}, {time.process_time() - start:.0f} s CPU"


if __name__ == "__main__":
    wrong, made = report(int((sys.argv[1:] or ["10000"])[0]))
    print(f"{made}, {wrong} faults")
    sys.exit(wrong > 0)
