"""The few words that cards say of their own accord, in the article's language."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Words(NamedTuple):
    """Fixed words of one language; `{n}` stands for a number."""

    minutes: str
    points: str
    more: str
    swipe: str
    number: str
    scan: str
    before: str
    after: str


_ALIASES = {"zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-mo": "zh-hant"}


def words(language: str) -> Words:
    """Return the words of the nearest language; English where there is none."""
    known = _read()
    tag = language.lower().replace("_", "-")
    tag = _ALIASES.get(tag, tag)
    while tag and tag not in known:
        tag = tag.rpartition("-")[0]
    return known[tag or "en"]


@cache
def _read() -> dict[str, Words]:
    text = Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
    return {language: Words(**entry) for language, entry in tomllib.loads(text).items()}
