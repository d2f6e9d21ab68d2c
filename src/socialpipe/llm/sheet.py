"""The article as numbered sentences: all that a model gets to see, and may refer to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from socialpipe.llm.reply import Unusable
from socialpipe.model import Article
from socialpipe.text.lexicon import lexicon
from socialpipe.text.marks import plain
from socialpipe.text.points import refused
from socialpipe.text.sentences import split

LONGEST = 24_000  # code points of all sentences: bounds what one article costs
_SENTENCE = 1_000  # code points; a longer one is no prose
# Sentences that speak to a machine instead of a reader. That nothing but the article's own words
# gets through is ensured elsewhere; this keeps a model from following them in the first place.
_ORDERS = re.compile(
    r"\b(?:ignor\w*|disregard|forget|override|oubli\w+|olvid\w+|vergiss|esqueç\w+)\b.{0,60}"
    r"\b(?:instru\w+|istruzion\w+|anweisung\w*|prompts?|rules?|above|previous)\b"
    r"|\bsystem prompt\b|\b(?:as|you are|act as) an? (?:ai|llm|language model|assistant)\b"
    r"|(?:지시|명령|프롬프트).{0,20}(?:무시|잊)|(?:指示|命令|プロンプト).{0,20}(?:無視|忘れ)"
    r"|(?:忽略|無視|无视|忘记|忘記).{0,20}(?:指令|指示|提示|命令)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` as it is shown; it stands at `span` of the article's text."""

    text: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Sentence n of the list has the id n + 1; the title has 0."""

    title: str
    language: str
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """All that may be said."""
        return "\n".join([self.title, *(sentence.text for sentence in self.sentences)])


def sheet_of(article: Article) -> Sheet:
    """Return the sentences that tell something. Raises Unusable when there are none."""
    words = lexicon(article.language)
    headings = {section.heading for section in article.sections}
    kept: list[Sentence] = []
    room = LONGEST
    for start, end in split(article.text[: 4 * LONGEST], words):
        text = article.text[start:end].removeprefix("- ")
        if plain(text) in headings or len(text) > _SENTENCE or refused(text, words):
            continue
        if not _ORDERS.search(text) and (room := room - len(text)) >= 0:
            kept.append(Sentence(text, (start, end)))
    if not kept:
        raise Unusable("the article has no sentence to rest on")
    return Sheet(
        "" if _ORDERS.search(article.title) else article.title, words.language, tuple(kept)
    )
