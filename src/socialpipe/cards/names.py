"""The names that templates may use for what an article offers."""

from __future__ import annotations

import re

NAME = re.compile(r"\{([\w.]+)\}")  # how a text refers to a value

VALUES = frozenset(
    {
        *("headline", "sub", "summary", "kicker", "minutes", "emoji", "quote", "author"),
        *("key_number", "key_claim", "before", "after"),
        *("site", "initial", "url", "picture", "logo"),
        *("word.minutes", "word.points", "word.more", "word.swipe", "word.number", "word.scan"),
        *("word.before", "word.after"),
        *("slide.cover", "slide.point", "slide.end", "slide.n", "slide.count", "slide.progress"),
        *("item", "n"),  # inside a repeated layer
    }
)
LISTS = frozenset({"points", "rows", "checklist", "bullets", "statistics", "tags"})
