"""Words as a language makes them: what similarity and keywords are counted in."""

from __future__ import annotations

from functools import lru_cache

import regex

from socialpipe.text.lexicon import Lexicon

STEM = 6  # letters: inflected forms mostly share this much


@lru_cache(maxsize=1)
def _tokens() -> regex.Pattern[str]:
    return regex.compile(
        r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:[.'’&+-][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*\+{0,2}"
    )


@lru_cache(maxsize=1)
def _runs() -> regex.Pattern[str]:
    return regex.compile(
        r"[\p{Han}々〆]+|[\p{Katakana}ー]+|[\p{Latin}\p{N}][\p{Latin}\p{M}\p{N}.&+-]*|[\p{Thai}]+"
    )


def tokens(text: str) -> list[str]:
    """Words between spaces and signs; `01.AI`, `R&D` and `chain-of-thought` are one each."""
    return _tokens().findall(text)


def stem_korean(word: str, lexicon: Lexicon) -> str:
    """Return a noun without its particle: 중국이 → 중국, DeepSeek는 → DeepSeek."""
    if not word.endswith(lexicon.particles):
        return word
    for particle in lexicon.particles:
        if word.endswith(particle) and len(word) > len(particle):
            rest = word[: -len(particle)]
            if len(rest) >= 2 or not "가" <= rest[-1] <= "힣" or rest in lexicon.stopwords:
                return rest
    return word


def unprefixed(word: str, lexicon: Lexicon) -> str:
    """Return an Arabic noun without article and conjunction."""
    for prefix in lexicon.prefixes:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            return word[len(prefix) :]
    return word


# Plurals, and what a postposition makes of a Hindi noun: महिलाओं, महिलाएं → महिला; raflar → raf.
# … and what regular plurals end in; four letters stay.
_ENDINGS = {
    "en": "(?:(?<=[sxz]|[cs]h)e)?s",
    "es": "(?:(?<=[lrndzj])e)?s",
    "pt": "(?:(?<=[rz])e)?s",
    "fr": "[sx]",
    "nl": "en|s",
    "de": "en|er|e|n|s",
}
_PLURALS = {
    "hi": "(?<=ा)(?:ओं|एं|एँ)$",
    "tr": r"(?<=\p{L}{3})l[ae]r$|(?<=\p{L}{3}[aeıioöuü])yl[ae]$",  # öğrenciyle → öğrenci
}


def cited(word: str, language: str) -> str:
    """Return a noun as a dictionary has it, where its ending says so for certain."""
    plural = _PLURALS.get(language)
    return regex.sub(plural, "", word) if plural else word


def stem(word: str, language: str) -> str:
    """Return what singular and plural have in common: `repairs` → `repair`, case folded."""
    ending, folded = _ENDINGS.get(language), cited(word, language).casefold()
    return regex.sub(rf"(?<=\p{{L}}{{4}})(?:{ending})$", "", folded) if ending else folded


def terms(text: str, lexicon: Lexicon) -> list[str]:
    """Return what two texts that say the same have in common."""
    if lexicon.language in {"ja", "zh-Hans", "zh-Hant", "th"}:
        return [term for run in _runs().findall(text.casefold()) for term in _pieces(run)]
    words = (word for word in tokens(text.casefold()))
    if lexicon.language == "ko":
        words = (stem_korean(word, lexicon) for word in words)
    kept = (unprefixed(word, lexicon) for word in words if word not in lexicon.stopwords)
    return [word[:STEM] for word in kept if len(word) > 1]


def _pieces(run: str) -> list[str]:
    """Bigrams of a run of ideographs, trigrams of Thai; other scripts whole."""
    if run[0].isascii() or "ァ" <= run[0] <= "ー":
        return [run]
    size = 3 if "ก" <= run[0] <= "๛" else 2
    return [run[i : i + size] for i in range(max(1, len(run) - size + 1))]
