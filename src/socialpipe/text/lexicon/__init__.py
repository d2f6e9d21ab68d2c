"""What readers of a language take for granted: function words, courtesies, units, labels.

One TOML file a language beside this module; `und.toml` holds what is true everywhere. To teach
the product a language, add a file. In `words` lists entries are plain words; everywhere else
they are regular expressions.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

UNSPACED = frozenset({"ja", "zh", "zh-Hans", "zh-Hant", "th"})  # no spaces between words
LANGUAGES = (
    "ko",
    "en",
    "ja",
    "zh-Hans",
    "zh-Hant",
    "es",
    "pt",
    "fr",
    "de",
    "it",
    "id",
    "vi",
    "th",
    "tr",
    "ar",
    "hi",
    "ru",
    "uk",
    "pl",
    "nl",
)  # what `language.detect` can answer
# Vowel signs and accents: letters to their readers, but not to `\w`.
MARKS = r"\u0300-\u036f\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e4e"
NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True, eq=False)  # there is one of each
class Lexicon:
    """The word lists of one language, compiled."""

    language: str
    stopwords: frozenset[str]
    generic: frozenset[str]  # content words too vague to be a keyword alone
    abbreviations: frozenset[str]  # take a full stop that ends no sentence
    particles: tuple[str, ...]  # glued to the end of a noun (Korean josa), longest first
    prefixes: tuple[str, ...]  # glued to the front of a noun (Arabic article), longest first
    connectives: re.Pattern[str]  # leads over from the sentence before; can be cut off
    dependents: re.Pattern[str]  # opens a sentence that the one before explains
    personal: re.Pattern[str]  # the author speaks of herself
    greetings: re.Pattern[str]  # opens a courtesy
    calls: re.Pattern[str]  # asks the reader to do something
    chatter: re.Pattern[str]  # an aside
    questions: re.Pattern[str]  # a question without a question mark
    continues: re.Pattern[str]  # what follows a quotation in the same sentence
    starters: re.Pattern[str]  # opens a sentence where no mark ends the one before (Thai)
    endings: re.Pattern[str]  # verb forms that look like nouns
    summary: re.Pattern[str]  # labels the author's own summary
    keywords: re.Pattern[str]  # labels the author's keywords
    byline: re.Pattern[str]  # labels the author's name
    units: str  # alternation: what figures count
    magnitudes: str  # alternation: million, 억
    vague: re.Pattern[str]  # a figure without digits: millions of dollars, 수억 달러


def _words(table: dict[str, object], base: dict[str, object], key: str) -> list[str]:
    found: list[str] = []
    for value in (table.get(key, []), base.get(key, [])):
        found.extend(value.split() if isinstance(value, str) else map(str, value))  # type: ignore[call-overload]
    return sorted(found, key=len, reverse=True)


def _pattern(alternatives: list[str], template: str = "{}") -> re.Pattern[str]:
    if not alternatives:
        return NEVER
    return re.compile(template.format("(?:" + "|".join(alternatives) + ")"), re.IGNORECASE)


def _load(language: str) -> dict[str, object]:
    file = files(__name__).joinpath(f"{language}.toml")
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}


@lru_cache(maxsize=64)
def lexicon(language: str) -> Lexicon:
    """Return the lists for a language tag; an unknown one gets what is true everywhere."""
    base = _load("und")
    table = _load(language) if language in LANGUAGES else {}
    left = "" if language in UNSPACED else rf"(?<![\w{MARKS}])"
    right = "" if language in UNSPACED or language == "ko" else rf"(?![\w{MARKS}])"
    inside = left + "{}" + right

    def words(key: str) -> list[str]:
        return _words(table, base, key)

    return Lexicon(
        language=language,
        stopwords=frozenset(words("stopwords")),
        generic=frozenset(words("generic")),
        abbreviations=frozenset(words("abbreviations")),
        particles=tuple(words("particles")),
        prefixes=tuple(words("prefixes")),
        connectives=_pattern(words("connectives"), "{}" + right + r"[\s,，、:：]*"),
        dependents=_pattern(words("dependents"), "{}" + right),
        personal=_pattern(words("personal"), inside),
        greetings=_pattern(words("greetings"), r"\W*{}" + right),
        calls=_pattern(words("calls"), inside),
        chatter=_pattern(words("chatter"), inside),
        questions=_pattern(words("questions"), inside),
        continues=_pattern(words("continues")),
        starters=_pattern(words("starters")),
        endings=_pattern(words("endings"), "{}$"),
        summary=_pattern(words("summary"), r"\W*{}\W*$"),
        keywords=_pattern(words("keywords"), r"\W*{}\s*[:：]\s*(?P<rest>\S.*)$"),
        byline=_pattern(words("byline"), r"\W*{}[\s:：|／/]+(?P<rest>\S.{{0,60}})$"),
        units="|".join(words("units")),
        magnitudes="|".join(words("magnitudes")),
        vague=_pattern(words("vague"), left + "{}"),
    )
