"""From a model's answer to a digest: every line is held to the sentences that it names."""

from __future__ import annotations

import re
from dataclasses import replace

from socialpipe.llm.grounding import unfounded
from socialpipe.llm.reply import Line, Reply, Unusable
from socialpipe.llm.sheet import Sheet
from socialpipe.model import Digest, Point
from socialpipe.text import entities
from socialpipe.text.lexicon import lexicon
from socialpipe.text.marks import emoji_pattern
from socialpipe.text.points import refused
from socialpipe.text.reading.clean import clean

HEADLINE, SUMMARY, POINT = 120, 300, 200  # code points; the prompt asks for less
POINTS = 5
_ADDRESSES = re.compile(r"\w+://\S*|(?<!\w)(?:www\.|[@#＠＃])\w+")


def edit(reply: Reply, sheet: Sheet, digest: Digest) -> Digest:
    """Return `digest` with the lines of `reply`. Raises Unusable when one of them is unfounded."""
    points: dict[tuple[int, ...], Point] = {}
    for line in reply.points:
        points.setdefault(tuple(sorted(set(line.ids))), _point(line, sheet))
    return replace(
        digest,
        headline=_text(reply.headline, sheet, HEADLINE),
        hook=_text(reply.hook, sheet, HEADLINE),
        summary=_text(reply.summary, sheet, SUMMARY),
        points=tuple(points.values())[:POINTS],
    )


def _point(line: Line, sheet: Sheet) -> Point:
    """Return a point; its span reaches from the first to the last of its sentences."""
    text = _text(line, sheet, POINT)
    spans = [sheet.sentences[n - 1].span for n in line.ids if n]
    if not spans:
        raise Unusable("the model rests a point on the title alone")
    if refused(text, lexicon(sheet.language)):
        raise Unusable("the model made a point of a question or a request")
    return Point(text, (min(spans)[0], max(end for _, end in spans)))


def _text(line: Line, sheet: Sheet, longest: int) -> str:
    """Return the words of a line, on one line. Raises Unusable for what its source lacks."""
    if not all(0 <= n <= len(sheet.sentences) for n in line.ids):
        raise Unusable("the model rests a line on sentences that do not exist")
    cited = "\n".join([sheet.title, *(sheet.sentences[n - 1].text for n in line.ids if n)])
    text = " ".join(_without_emoji(clean(line.text[: 2 * longest]), sheet.text).split())
    added = [url.text for url in entities.urls(text)] + _ADDRESSES.findall(text)
    if any(address not in sheet.text for address in added):
        raise Unusable("the model added an address, a mention or a hashtag")
    if not text or len(text) > longest:
        raise Unusable("a line of the model is empty or too long")
    word = unfounded(text, cited, sheet.text, sheet.language)
    if word:
        raise Unusable(f"the model says {word!r}, which the article does not bear out")
    return text


def _without_emoji(text: str, source: str) -> str:
    return emoji_pattern().sub(lambda found: found[0] if found[0] in source else " ", text)
