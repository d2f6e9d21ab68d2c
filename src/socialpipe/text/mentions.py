"""Words and phrases of a text that could be keywords, by how each script makes words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import regex

from socialpipe.text.lexicon import Lexicon
from socialpipe.text.words import stem_korean, tokens, unprefixed

_CLAUSE = regex.compile(r"[^\p{L}\p{M}\p{N}\s.'’&+-]+|[.](?=\s|$)|\n+|\s[-–—]\s")
# Of 宮下さん and 田中氏 nobody makes a topic: who is named so is not the theme.
_JAPANESE = regex.compile(
    r"[\p{Han}々]{2,12}+(?<![氏様君])(?!さん|さま|くん|ちゃん)"
    r"|[\p{Katakana}ー]{3,16}+(?!さん|さま|くん|ちゃん|氏|様)|[A-Za-z][A-Za-z0-9.&+-]{1,30}"
)
_HAN = regex.compile(r"\p{Han}{2,}")
_THAI = regex.compile(r"[\p{Thai}]{4,60}|[A-Za-z][A-Za-z0-9.&+-]{1,30}")
# A Thai word begins with a consonant or a leading vowel and does not end with one of those vowels.
_THAI_WORD = regex.compile(r"[ก-ฮเแโใไ][\p{Thai}]{3,17}(?<![เแโใไ])")
_THAI_TAIL = regex.compile(r"[\p{M}ะาำๅ]")  # what belongs to the letter before
_INFLECTED = frozenset({"de", "tr", "ru", "uk", "pl"})  # a noun has a dozen endings
_STEM = 5  # letters of it that they share
_SOFT = str.maketrans("bcdğ", "pçtk")  # kitap, kitabı: what a Turkish vowel does to the end
_PLAIN = str.maketrans("äöü", "aou")  # Rad, Räder
_GERMAN = regex.compile(r"(?<=\p{L}{3})(?:e[rnsm]?|ern|s|n)$")
_NOUNS = ("n", "vn", "j", "eng", "l", "x")  # parts of speech of jieba's dictionary
_TOPIC = ("은", "는", "을", "도", "만", "지", "고", "며", "나", "면", "인")  # also ends verbs


class Mention(NamedTuple):
    """One candidate where it stands; `noun`: here it can be nothing else."""

    key: str
    form: str
    words: int
    place: int
    noun: bool = True
    inflected: bool = False  # the key is a stem


def mentions(text: str, words: Lexicon) -> Iterator[Mention]:
    """Return the candidates of a text, repetitions included."""
    if words.language in {"zh-Hans", "zh-Hant"}:
        return _chinese(text, words)
    if words.language == "ja":
        return _japanese(text, words)
    if words.language == "th":
        return _thai(text, words)
    return _phrases(text, words)


def _japanese(text: str, words: Lexicon) -> Iterator[Mention]:
    """Return runs of one script are mostly words; okurigana and particles fall between them."""
    for found in _JAPANESE.finditer(text):
        key = found[0].casefold()
        halves = [key[:2], key[2:]] if len(key) == 4 and key < "龥" and key > "一" else []
        for form in (key, *halves):  # four ideographs are mostly two words: 無人書店
            if form not in words.stopwords:
                yield Mention(form, form if halves else found[0], 1, found.start())


def _chinese(text: str, words: Lexicon) -> Iterator[Mention]:
    import rjieba

    place = 0
    previous = single = ""
    for word, kind in rjieba.tag(text):
        good = len(word) > 1 and word[0].isalpha() and kind.startswith(_NOUNS)
        good = good and word.casefold() not in words.stopwords
        action = len(word) > 1 and kind == "v" and word not in words.stopwords
        content = word.isalpha() and kind[0] in "nvazgx" and word not in words.stopwords
        alone = word if len(word) == 1 and content else ""
        if single and alone:
            yield Mention(single + alone, single + alone, 1, place - 1)  # no word of the dictionary
        single = alone
        if action:
            yield Mention(word, word, 1, place, noun=False)
        if good:
            yield Mention(word.casefold(), word, 1, place)
            if previous and len(previous + word) <= 8 and not word.isascii():
                yield Mention((previous + word).casefold(), previous + word, 2, place)
        previous = word if good else ""
        place += len(word)


def recurring(title: str, body: str) -> Iterator[Mention]:
    """Return two ideographs of the title that come back three times.

    The dictionary is one of Simplified Chinese and cuts many words of Traditional in two.
    """
    for run in _HAN.findall(title):
        for pair in dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1)):
            if (count := body.count(pair)) > 2:
                yield from [Mention(pair, pair, 1, body.find(pair))] * count


def _thai(text: str, words: Lexicon) -> Iterator[Mention]:
    """Thai runs its words together: a string that comes back is taken for one."""
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    for run in _THAI.finditer(text):
        for i in range(len(run[0])):
            for found in _cuts(run[0], i):
                counts[found] += 1
                first.setdefault(found, run.start())
    for form, count in counts.items():
        if count > 1 and form.casefold() not in words.stopwords and not _inner(form, counts):
            for _ in range(count):
                yield Mention(form.casefold(), form, max(1, len(form) // 4), first[form])


def _cuts(run: str, i: int) -> Iterator[str]:
    if run[0].isascii():
        yield from (run,) if i == 0 else ()
        return
    for size in range(4, min(18, len(run) - i) + 1):
        word = run[i : i + size]
        after = run[i + size : i + size + 1]
        if _THAI_WORD.fullmatch(word) and not _THAI_TAIL.match(after):
            yield word


def _inner(form: str, counts: Counter[str]) -> bool:
    """Part of a longer string that comes back as often."""
    return any(
        form in other and form != other and counts[other] >= counts[form] for other in counts
    )


def _phrases(text: str, words: Lexicon) -> Iterator[Mention]:
    """Return runs of up to three content words within a clause (four syllables in Vietnamese)."""
    longest = 4 if words.language == "vi" else 3
    start = 0
    ends = [found.span() for found in _CLAUSE.finditer(text)]
    for end, after in [*ends, (len(text), len(text))]:
        for run in _runs(text[start:end], words):
            for i in range(len(run)):
                for size in range(1, min(longest, len(run) - i) + 1):
                    group = run[i : i + size]
                    if _allowed(group, words):
                        yield _mention(group, start, words)
        start = after


def _mention(group: list[_Word], place: int, words: Lexicon) -> Mention:
    keys = [_stem(word.key, words.language) for word in group]
    inflected = words.language in _INFLECTED
    bare = words.prefixes and len(group) == 1
    form = group[0].key if bare else " ".join(word.form for word in group)
    return Mention(" ".join(keys), form, len(group), place, group[-1].noun, inflected)


def _stem(key: str, language: str) -> str:
    """Return what the forms of a word have in common, more or less."""
    if language == "de":
        return _GERMAN.sub("", key.translate(_PLAIN))
    if language not in _INFLECTED:
        return key
    stem = key[:_STEM]
    return stem[:-1] + stem[-1:].translate(_SOFT) if language == "tr" else stem


def _allowed(group: list[_Word], words: Lexicon) -> bool:
    first, last = group[0].key, group[-1].key
    if first.isdigit() or last.isdigit() or len(first) < 2:
        return False
    if words.language == "vi" and len(group) == 1:  # a syllable is seldom a word
        return group[0].form[:1].isupper() and len(first) > 3
    return len(group) > 1 or len(first) > (1 if words.language == "ko" else 2)


class _Word(NamedTuple):
    key: str
    form: str
    noun: bool
    closes: bool = False  # nothing can follow in the same phrase


def _runs(clause: str, words: Lexicon) -> list[list[_Word]]:
    runs: list[list[_Word]] = [[]]
    for token in tokens(clause):
        word = _korean(token, words) if words.language == "ko" else _spaced(token, words)
        if word:
            runs[-1].append(word)
        if (not word or word.closes) and runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _spaced(token: str, words: Lexicon) -> _Word | None:
    if len(token) > 40 or token.casefold() in words.stopwords:
        return None
    form = regex.sub(r"['’]\p{L}{1,3}$", "", token) if words.language in {"en", "tr"} else token
    bare = unprefixed(form, words)
    idle = bare.casefold() in words.stopwords or words.endings.match(bare.casefold())
    # A genitive closes the phrase: of “Usta’nın hesabına” no `Usta hesabına` is left.
    return None if idle else _Word(bare.casefold(), form, noun=True, closes=form != token)


def _korean(token: str, words: Lexicon) -> _Word | None:
    """Return a noun with its particle; a particle ends the phrase."""
    stem = stem_korean(token, words)
    counted = token[0].isdigit() and not token.isascii()
    single = len(stem) == 1 and not stem.isascii()
    if (
        len(token) > 40
        or counted
        or single
        or {stem.casefold(), token.casefold()} & words.stopwords
    ):
        return None
    if words.endings.match(token) or words.endings.match(stem):
        return None
    noun = stem.isascii() or token == stem or not token.endswith(_TOPIC)
    return _Word(stem.casefold(), stem, noun, closes=token != stem)
