"""What authors put around an article: hashtags, a keyword line, a summary, a byline."""

from __future__ import annotations

import re
from functools import lru_cache

import regex

from socialpipe.text.hashtags import normalise
from socialpipe.text.lexicon import Lexicon
from socialpipe.text.marks import plain
from socialpipe.text.reading.blocks import Block, Kind
from socialpipe.text.sentences import split

_LIST = re.compile(r"\s*[,;、，；،|/•]\s*")


@lru_cache(maxsize=1)
def _tags() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    tag = r"[#＃][\p{L}\p{M}\p{N}_]+"
    return regex.compile(rf"(?<![\p{{L}}\p{{N}}&/#]){tag}"), regex.compile(
        rf"\W*(?:{tag}[\s,]*)+\W*"
    )


def take_hashtags(blocks: list[Block]) -> tuple[list[Block], list[str]]:
    """Return the author's hashtags, and the blocks without the lines that are nothing else."""
    inline, whole = _tags()
    kept, tags = [], []
    for block in blocks:
        tags += [tag[1:] for tag in inline.findall(block.text)]
        if "#" not in block.text or not whole.fullmatch(block.text):
            kept.append(block)
    return kept, distinct(tag for tag in tags if normalise(tag))


def take_keywords(blocks: list[Block], lexicon: Lexicon) -> tuple[list[Block], list[str]]:
    """Return what stands behind `Keywords:`, and the blocks without that line."""
    kept, words = [], []
    for block in blocks:
        found = lexicon.keywords.match(block.text) if len(block.text) < 1000 else None
        if found:
            words += [plain(word).strip("#\"'. ") for word in _LIST.split(found["rest"])]
        else:
            kept.append(block)
    return kept, distinct(words)


def checklist(blocks: list[Block], lexicon: Lexicon) -> list[str]:
    """Return the author's summary: items under a heading that says so, else check marks."""
    for i, block in enumerate(blocks):
        if block.kind is not Kind.BULLET and lexicon.summary.match(_label(block)):
            return _items(blocks[i + 1 :], lexicon)
        found = re.match(r"(?:\W*)tl\s*;?\s*dr\W+(?=\w)", block.text, re.IGNORECASE)
        if found:
            return _sentences(block.text[found.end() :], lexicon)
    checks = [block.plain for block in blocks if block.mark[:1] in set("✔✓✅☑√") and block.mark]
    return checks if len(checks) >= 3 else []


def _label(block: Block) -> str:
    return block.plain if len(block.plain) < 60 else ""


def _items(blocks: list[Block], lexicon: Lexicon) -> list[str]:
    items: list[str] = []
    for block in blocks:
        if block.kind is not Kind.BULLET:
            break
        items.append(block.plain)
    if items or not blocks or blocks[0].kind is Kind.HEADING:
        return items
    return _sentences(blocks[0].text, lexicon)


def _sentences(text: str, lexicon: Lexicon) -> list[str]:
    return [text[a:b] for a, b in split(text, lexicon)][:5]


def take_byline(blocks: list[Block], lexicon: Lexicon) -> tuple[list[Block], str | None]:
    """`By Jane Doe` in one of the first two blocks."""
    for i, block in enumerate(blocks[:2]):
        short = block.kind is Kind.PARAGRAPH and len(block.text) < 70
        found = lexicon.byline.match(block.text) if short else None
        if found and not re.search(r"[.!?。]$", block.text) and _named(found["rest"]):
            return blocks[:i] + blocks[i + 1 :], plain(found["rest"]).strip(" |·:")
    return blocks, None


def _named(words: str) -> bool:
    """Return a name is a few words, none of them in lower case."""
    return len(words.split()) <= 5 and not any(word.islower() for word in words.split())


def boilerplate(blocks: list[Block], lexicon: Lexicon) -> bool:
    """Whether nothing is said but what every page says: log in, accept, subscribe."""
    text = "\n".join(block.text for block in blocks)
    if len(text) > 1500:
        return False
    said = [text[a:b] for a, b in split(text, lexicon)]
    return all(lexicon.calls.search(one) or lexicon.greetings.match(one) for one in said)


def distinct(words: object) -> list[str]:
    """In order, the first of those that differ by case only."""
    seen: dict[str, str] = {}
    for word in words:  # type: ignore[attr-defined]
        if word:
            seen.setdefault(word.casefold(), word)
    return list(seen.values())
