"""Tags that work on every network, the author's first.

The portable rule (measured against twitter-text 3.1, Bluesky's facet detection and Mastodon 4.5 in
November 2026): letters, marks, digits and `_` only, and at least one letter.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import normalize

import regex

from socialpipe.text import entities
from socialpipe.text.words import stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from socialpipe.model import Article

LONGEST = 64  # graphemes that Bluesky's `tags` take (app.bsky.feed.post, 2026)
# Arabic, Hebrew and Indic scripts have no capitals, and letters that are glued join or blur.
_SPACED = regex.compile(r"[\p{Arabic}\p{Hebrew}\p{Devanagari}\p{Bengali}\p{Tamil}]")
COMPUTED = 30  # a computed tag longer than this is nobody's search …
BRIEF = 4  # … and a word of fewer letters, unless the title has it, anybody's
# Names that lose their meaning with their signs; what their communities write instead.
_NAMES = {
    "c++": "cpp",
    "c#": "csharp",
    "f#": "fsharp",
    ".net": "dotnet",
    "asp.net": "aspnet",
    "node.js": "nodejs",
    "vue.js": "vuejs",
    "next.js": "nextjs",
    "r&d": "RnD",
    "q&a": "QnA",
    "m&a": "MnA",
}


@lru_cache(maxsize=1)
def _patterns() -> tuple[regex.Pattern[str], regex.Pattern[str], regex.Pattern[str]]:
    return (
        regex.compile(r"[^\p{L}\p{M}\p{N}_]+"),
        regex.compile(r"[\uff01-\uff5e\uff61-\uffdc]+"),
        regex.compile(r"[\s\p{Pd}/·・]+"),
    )


def normalise(text: str) -> str | None:
    """Return the tag for a keyword or a hashtag, without `#`; None when it can be none.

    `AI 격차` → `AI격차`, `machine learning` → `MachineLearning`, `01.AI` → `01AI`, `2026` → None.
    """
    text = normalize("NFC", text).strip().lstrip("#＃").strip()
    named = _NAMES.get(text.casefold())
    if named:
        return named
    forbidden, wide, breaks = _patterns()
    text = wide.sub(lambda found: normalize("NFKC", found[0]), text)
    words = [forbidden.sub("", _possessive(word)) for word in breaks.split(text)]
    tag = normalize("NFC", "".join(_camel([word for word in words if word])))
    return (
        tag if 2 <= len(tag) <= LONGEST and regex.search(r"\p{L}", tag) and tag[0] != "_" else None
    )


def _possessive(word: str) -> str:
    return regex.sub(r"['’]s$", "", word)


def _camel(words: list[str]) -> list[str]:
    """Screen readers find the words of a tag by its capitals, or where none are by `_`."""
    if len(words) < 2:
        return words
    if _SPACED.search("".join(words)):
        return ["_".join(words)]
    return [word[0].upper() + word[1:] if word[0].islower() else word for word in words]


def rank(article: Article, keywords: Iterable[str]) -> tuple[str, ...]:
    """Return the author's hashtags, the author's keywords, then the computed ones; each once.

    Singular and plural are one where the language tells them apart by the ending alone.
    """
    own = [normalise(text) for text in (*article.hashtags, *article.keywords)]
    found = (normalise(text) for text in keywords)
    computed = [tag for tag in found if tag and _searched(tag, article.title)]
    tags: dict[str, str] = {}
    for tag in (*own, *computed):
        if tag:
            tags.setdefault(stem(tag, article.language), tag)
    return tuple(tags.values())


def inline(text: str, tags: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Make a tag of the first word that is one; return the text, and the tags that it has not."""
    left: list[str] = []
    for tag in tags:
        word = regex.search(rf"(?<![\p{{L}}\p{{M}}\p{{N}}_#@]){regex.escape(tag)}", text, regex.I)
        marked = f"{text[: word.start()]}#{text[word.start() :]}" if word else text
        names = [found.name.casefold() for found in entities.hashtags(marked)]
        whole = len(names) > len(entities.hashtags(text)) and tag.casefold() in names
        text, left = (marked, left) if whole else (text, [*left, tag])
    return text, tuple(left)


def _searched(tag: str, title: str) -> bool:
    """Tell whether anybody would look for a computed tag: Tal and Rad say too little alone."""
    brief = len(tag) < BRIEF and tag[0].lower() != tag[0].upper() and not tag.isupper()
    told = brief and tag.casefold() in regex.findall(r"\w+", title.casefold())
    return len(tag) <= COMPUTED and (not brief or told)
