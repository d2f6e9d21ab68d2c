"""What a card may show of an article: the values that templates name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import regex

from socialpipe.cards.comparison import comparison
from socialpipe.cards.picture import Picture
from socialpipe.cards.typeset.clusters import clusters, is_emoji, printable
from socialpipe.cards.typeset.rich import Rich
from socialpipe.cards.words import words
from socialpipe.model import Article, Digest

_QUOTED = regex.compile(r"[‘'“\"「『«]([^’'”\"」』»]{2,24})[’'”\"」』»]")
_OUTER_MARKS = "\"'“”‘’«»「」『』„‚ "
_LONGEST_URL = 300  # characters: a QR code of 300 has 65 modules, 2.5 px each on our cards
_COMPARED = ("statistics", "points", "bullets")


@dataclass(frozen=True)
class Content:
    """Single values by name, and lists of items; every text is printable."""

    language: str
    values: Mapping[str, Rich]
    lists: Mapping[str, tuple[Mapping[str, Rich], ...]]
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    colours: Mapping[str, str] = field(default_factory=dict)  # a brand's own, by token
    has_chosen_picture: bool = False  # by a person, not only found in the article

    def has(self, name: str) -> bool:
        """Whether there is something under this name."""
        return bool(self.lists.get(name)) or name in self.values

    def text(self, name: str) -> str:
        """Return a value as plain text; "" when there is none."""
        return self.values[name].text if name in self.values else ""

    def showing(self, **pictures: Picture | None) -> Content:
        """Return the same content with pictures, each under its name."""
        given = {name: image for name, image in pictures.items() if image is not None}
        names = {name: Rich(name) for name in given}
        return replace(self, values={**self.values, **names}, pictures={**self.pictures, **given})

    def highlighting(self, phrase: str) -> Content:
        """Return the same content with this phrase marked wherever a text has it."""
        phrase = printable(phrase)
        found = {name: _find(rich.text, phrase) for name, rich in self.values.items()}
        marked = {name: Rich(self.values[name].text, (at,)) for name, at in found.items() if at}
        return replace(self, values={**self.values, **marked})

    def slides(self, most: int) -> list[Content]:
        """Return what each slide of a carousel shows: a cover, the points, an end; 3 to `most`."""
        points = [item["item"] for item in self.lists.get("points", ())][: max(1, most - 2)]
        parts: list[dict[str, Rich]] = [
            {"slide.cover": Rich("1")},
            *({"slide.point": text, "slide.n": Rich(str(n + 1))} for n, text in enumerate(points)),
            {"slide.end": Rich("1")},
        ]
        return [self._slide(part, n + 1, len(parts)) for n, part in enumerate(parts)]

    def _slide(self, part: Mapping[str, Rich], n: int, total: int) -> Content:
        place = {"slide.count": Rich(f"{n} / {total}"), "slide.progress": Rich(str(n / total))}
        return replace(self, values={**self.values, **place, **part})


def content(article: Article, digest: Digest, site: str = "") -> Content:
    """Gather what the article and its digest offer; what is empty is left out."""
    site = printable(site or article.site or host(article.url))
    fixed = words(article.language)
    headline = headline_of(article, digest)
    sub = _sub(article, digest, headline)
    values = {
        "headline": emphasised(headline, digest),
        "sub": Rich(sub),
        "summary": Rich(printable(digest.summary)),
        "key_number": Rich(printable(digest.key_number)),
        "key_claim": emphasised(_claim(digest, headline) or sub, digest),
        "quote": Rich(printable(next(iter(article.quotes), "")).strip(_OUTER_MARKS)),
        "author": Rich(printable(article.author or "")),
        "emoji": Rich(_emoji(digest.emoji)),
        "kicker": Rich(_kicker(article, digest)),
        "site": Rich(site),
        "initial": Rich(_initial(site)),
        "url": Rich(_url(article.url or "")),
        "minutes": Rich(fixed.minutes.format(n=max(1, digest.reading_minutes))),
        **{f"word.{name}": Rich(word) for name, word in fixed._asdict().items()},
    }
    lists = _lists(article, digest)
    sentences = (item["item"].text for name in _COMPARED for item in lists.get(name, ()))
    pair = comparison((headline, *sentences))
    if pair:
        values |= {"before": Rich(pair[0]), "after": Rich(pair[1])}
    return Content(
        article.language, {name: rich for name, rich in values.items() if rich.text}, lists
    )


def host(url: str | None) -> str:
    """Return the host of a URL without `www.`; "" when there is none."""
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _url(url: str) -> str:
    """Return a URL that a QR code can carry; "" when a camera could not read it."""
    return url if len(url) <= _LONGEST_URL and url == printable(url) else ""


def headline_of(article: Article, digest: Digest) -> str:
    """Return the headline, or the best thing in its place; never empty."""
    tries = (digest.headline, article.title, digest.summary, article.text[:200], article.site)
    return next((line for text in tries if (line := printable(text or ""))), "…")


def emphasised(text: str, digest: Digest) -> Rich:
    """Mark what a designer would highlight: the key number, else one keyword or quoted name."""
    text = printable(text)
    for phrase in (printable(digest.key_number), *map(printable, digest.keywords[:3])):
        found = _find(text, phrase)
        if found:
            return Rich(text, (found,))
    quoted = _QUOTED.search(text)
    return Rich(text, (quoted.span(),)) if quoted else Rich(text)


def _find(text: str, phrase: str) -> tuple[int, int] | None:
    """Find a phrase at a word's start; in scripts without spaces, anywhere."""
    if not phrase or len(phrase) > 0.6 * len(text):
        return None
    match = regex.search(
        rf"(?<![\p{{L}}\d--[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}]]){regex.escape(phrase)}"
        r"(?![\p{Latin}\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\d])",
        text,
        regex.IGNORECASE | regex.VERSION1,
    )
    return match.span() if match else None


def _sub(article: Article, digest: Digest, headline: str) -> str:
    tries = (article.dek, digest.hook, digest.summary, *(p.text for p in digest.points[:1]))
    lines = (printable(text or "") for text in tries)
    return next((line for line in lines if line and line != headline), "")


def _claim(digest: Digest, headline: str) -> str:
    """Return a sentence with the key number that is not the headline; "" when there is none."""
    number = digest.key_number
    points = (printable(point.text) for point in digest.points)
    claims = (text for text in points if number and number in text)
    return next((text for text in claims if text != headline), "")


def _emoji(text: str) -> str:
    return next((cluster for cluster in clusters(printable(text)) if is_emoji(cluster)), "")


def _kicker(article: Article, digest: Digest) -> str:
    tries = (*article.keywords, *digest.keywords, *digest.hashtags)
    lines = (printable(text).lstrip("#") for text in tries)
    line = next((line for line in lines if 0 < len(line) <= 24), "")
    return line[:1].upper() + line[1:]


def _initial(site: str) -> str:
    return next((cluster for cluster in clusters(site.upper()) if cluster[0].isalnum()), "")


def _lists(article: Article, digest: Digest) -> dict[str, tuple[Mapping[str, Rich], ...]]:
    points = [point.text for point in digest.points]
    tags = digest.hashtags or article.hashtags or digest.keywords
    found = {
        "points": _items(points, digest),
        "checklist": _items(article.checklist, digest),
        "rows": _items(article.checklist or article.bullets or points, digest),
        "bullets": _items(article.bullets, digest),
        "statistics": _items(article.statistics, digest),
        "tags": tuple({"item": Rich("#" + tag)} for tag in _tags(tags)),
    }
    return {name: items for name, items in found.items() if items}


def _items(texts: Iterable[str], digest: Digest) -> tuple[Mapping[str, Rich], ...]:
    out: list[Mapping[str, Rich]] = []
    for text in texts:
        line = printable(text).strip("•·-–* ")
        if line:
            out.append({"item": emphasised(line, digest), "n": Rich(str(len(out) + 1))})
    return tuple(out)


def _tags(tags: tuple[str, ...]) -> list[str]:
    cleaned = (printable(tag).lstrip("#").replace(" ", "") for tag in tags)
    return [tag for tag in cleaned if 0 < len(tag) <= 24][:4]
