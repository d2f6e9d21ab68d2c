"""The hashtags that stand in a text, one by one: left out, added, put in another order.

The text is the truth; every function returns another text.
"""

from __future__ import annotations

from collections.abc import Iterable

from socialpipe.text import entities
from socialpipe.text.hashtags import normalise


def tags_of(text: str) -> list[str]:
    """Return the tags in order, without `#`."""
    return [found.name for found in entities.hashtags(text)]


def without_tag(text: str, n: int) -> str:
    """Leave out the n-th tag, and the line that it stood on alone; the same text without it."""
    found = entities.hashtags(text)
    if not 0 <= n < len(found):
        return text
    head, tail = text[: found[n].start].rstrip(" \t"), text[found[n].end :]
    if head and not head.endswith("\n"):
        return (head + tail).rstrip()
    tail = tail.lstrip(" \t")
    if not tail or tail.startswith("\n"):
        head = head.rstrip("\n")
    return (head + tail).strip("\n")


def with_tag(text: str, word: str) -> str:
    """Add a tag after the last one, else at the end; the same text for what can be none.

    A tag that the text has already is not added again.
    """
    tag = normalise(word)
    if tag is None or tag.casefold() in (one.casefold() for one in tags_of(text)):
        return text
    known = entities.hashtags(text)
    if not known:
        return f"{text.rstrip()}\n\n#{tag}" if text.strip() else f"#{tag}"
    end = known[-1].end
    return f"{text[:end]} #{tag}{text[end:]}"


def moved_tag(text: str, n: int, to: int) -> str:
    """Put the n-th tag into the place `to`; the others close up. Without such, the same text."""
    found = entities.hashtags(text)
    if not (0 <= n < len(found) and 0 <= to < len(found)):
        return text
    words = [one.text for one in found]
    words.insert(to, words.pop(n))
    pieces, position = [], 0
    for place, said in zip(found, words, strict=True):
        pieces += [text[position : place.start], said]
        position = place.end
    return "".join(pieces) + text[position:]


def with_tags(text: str, words: Iterable[str]) -> str:
    """Have these tags and no others, in this order; what can be none is left out."""
    while tags_of(text):
        text = without_tag(text, 0)
    for word in words:
        text = with_tag(text, word)
    return text
