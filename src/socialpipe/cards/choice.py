"""Which template suits what the article holds."""

from __future__ import annotations

from typing import NamedTuple

from socialpipe.cards import loading
from socialpipe.cards.content import Content
from socialpipe.cards.template import Template, shape_of
from socialpipe.errors import Refused
from socialpipe.model import Limits

_SHORT_NUMBER = 8  # characters: a longer one cannot be drawn large
_LONGEST_QUOTE = 160  # characters: a longer one is small print
_ROW = 3  # so many items make a list worth a card
_SLIDES = 5  # so many images make a carousel worth swiping


class Choice(NamedTuple):
    """A template and why it was chosen, in the words of `campaign.json`."""

    name: str
    reason: str


def choose(shown: Content, limits: Limits) -> Choice:
    """Choose by what the digest holds: the strongest picture first."""
    tall = shape_of(*limits.card).name in {"portrait", "pin", "story"}
    points, rows = len(shown.lists.get("points", ())), len(shown.lists.get("checklist", ()))
    number, quote = shown.text("key_number"), shown.text("quote")
    ranked = (
        (
            tall and limits.images >= _SLIDES and points >= _ROW,
            "carousel",
            f"{points} points to swipe through",
        ),
        (shown.has_chosen_picture, "photo", "a picture was given"),
        (
            shown.has("before"),
            "compare",
            f"a comparison: {shown.text('before')} and {shown.text('after')}",
        ),
        (0 < len(number) <= _SHORT_NUMBER, "poster", f"a key number: {number}"),
        (rows >= _ROW, "paper", f"a checklist of {rows}"),
        (0 < len(quote) <= _LONGEST_QUOTE, "quote", "somebody is quoted"),
        (shown.has("picture"), "photo", "the article shows a picture"),
        (tall and points >= _ROW, "steps", f"{points} points and a tall card"),
        (shown.has("emoji"), "aurora", f"one idea and an emoji for it: {shown.text('emoji')}"),
    )
    for fits, name, reason in ranked:
        if fits:
            return Choice(name, reason)
    return Choice("news", "a headline and nothing stronger")


def check_needs(template: Template, shown: Content) -> None:
    """Raise Refused when the content lacks what the template is about."""
    missing = [need for need in template.card.needs if not shown.has(need)]
    if missing:
        fitting = (name for name in loading.names() if _suits(loading.load(name), shown))
        raise Refused(
            f"Template {template.name!r} needs {' and '.join(missing)}; the article has none.",
            f"Templates that suit it: {', '.join(fitting)}.",
        )


def _suits(template: Template, shown: Content) -> bool:
    return all(shown.has(need) for need in template.card.needs)
