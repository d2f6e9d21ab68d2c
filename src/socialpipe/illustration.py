"""The picture of a campaign's cards: the one that a person chose, or the article's own."""

from __future__ import annotations

import base64
from dataclasses import replace

from socialpipe.cards.encode import jpeg
from socialpipe.cards.picture import is_worth_a_card, opened
from socialpipe.composing import Options
from socialpipe.errors import Refused
from socialpipe.model import Article
from socialpipe.sources.pictures import pictures_of

_LARGEST = 2_000_000  # bytes


def illustrated(options: Options, article: Article, source: str) -> Options:
    """Add the article's own picture, when nobody chose one and it has one worth a card."""
    if options.picture is not None:
        return options
    for data in pictures_of(article, source):
        try:
            if is_worth_a_card(data):
                return replace(options, found_picture=portable(data))
        except Refused:  # no picture, or a broken one
            continue
    return options


def portable(picture: bytes) -> str:
    """Return a picture, as small as cards need it, in base64: it travels with the campaign.

    Raises Refused for bytes that are no picture.
    """
    data = jpeg(opened(picture).image, _LARGEST)
    return base64.b64encode(data).decode("ascii")
