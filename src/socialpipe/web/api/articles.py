"""An article as a request brings it, and what is to be made of it."""

from __future__ import annotations

import base64
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from socialpipe.composing import Options
from socialpipe.errors import Refused, SocialpipeError, TryAgain
from socialpipe.model import Article
from socialpipe.text.style import Tone
from socialpipe.web.api.kinds import Key, Strict, Text
from socialpipe.web.api.problems import Unprocessable
from socialpipe.web.visit import Visit

_LONGEST = 1_000_000  # characters of an article in a request
_ADDRESS = r"^https?://\S+$"

Address = Annotated[
    str, Field(max_length=2000, pattern=_ADDRESS, examples=["https://example.com/news"])
]


class Theme(StrEnum):
    """Of the cards."""

    LIGHT = "light"
    DARK = "dark"


class CardFormat(StrEnum):
    """Of the cards, where a network takes it."""

    JPEG = "jpeg"
    WEBP = "webp"
    PNG = "png"


class Composer(StrEnum):
    """What writes the posts."""

    EXTRACTIVE = "extractive"
    LLM = "llm"


class Wishes(Strict):
    """How the posts are written and the cards drawn."""

    link: Address | None = Field(None, description="Where the posts send readers.")
    template: Text | None = Field(None, max_length=100, description="Card template.")
    theme: Theme | None = None
    card_format: CardFormat | None = None
    tone: Tone | None = Field(None, description="Overrules the brand's.")
    engine: Composer = Composer.EXTRACTIVE
    brand: Key | None = Field(None, description="Id of a brand of the workspace.")
    short_links: bool | None = Field(None, description="Links of our own, which count clicks.")


class Source(Strict):
    """An article: its text, or the address of its page."""

    text: Text | None = Field(
        None, max_length=_LONGEST, description="Plain text, Markdown or HTML."
    )
    url: Address | None = Field(None, description="Public page to read it from.")

    @model_validator(mode="after")
    def _one(self) -> Source:
        if (self.text is None) is (self.url is None):
            raise ValueError("give one of text and url")
        return self


def read(source: Source) -> Article:
    """Read the article.

    Raises Unprocessable when there is none at its address, or in its text.
    """
    from socialpipe.sources import load
    from socialpipe.text.read import read as read_text

    try:
        return load(source.url) if source.url else read_text(source.text or "")
    except (Refused, TryAgain) as error:
        raise Unprocessable(error.what, error.fix) from None


def options_of(visit: Visit, wishes: Wishes, source: Source, article: Article) -> Options:
    """Return the wishes as composing takes them, with the article's own picture.

    Raises Unprocessable for a template or a picture that cannot be used, NotFound for a brand.
    """
    from socialpipe.illustration import illustrated

    template_name(wishes.template)
    options = Options(
        link=wishes.link,
        template=wishes.template,
        theme=wishes.theme,
        card_form=wishes.card_format,
        tone=wishes.tone,
        engine=wishes.engine,
        short_links=_short_links(visit, wishes),
    )
    if wishes.brand is not None:
        options = _branded(visit, wishes.brand, options)
    try:
        return illustrated(options, article, source.url) if source.url else options
    except SocialpipeError:
        return options  # a picture that cannot be had is none


def template_name(name: str | None) -> None:
    """Let pass the name of a card template, or none.

    Raises Unprocessable.
    """
    from socialpipe.cards.loading import names

    if name is not None and name not in names():
        told = f"There is no card template {name!r}."
        raise Unprocessable(told, f"There are: {', '.join(names())}.")


def _short_links(visit: Visit, wishes: Wishes) -> bool | None:
    if wishes.short_links and visit.desk.settings.short_link_base is None:
        raise Unprocessable(
            "This installation has no short links.", "Set SOCIALPIPE_SHORT_LINK_BASE."
        )
    return wishes.short_links


def _branded(visit: Visit, brand_id: int, options: Options) -> Options:
    from socialpipe.text.brand import parse

    kept = visit.store.brands.get(brand_id)
    brand = parse(kept.source, kept.name).model_dump(mode="json", exclude_unset=True)
    logo = base64.b64encode(kept.logo).decode("ascii") if kept.logo else None
    return replace(options, brand=brand, logo=logo)
