"""Where an article shows its pictures: each is found again by the line of text before it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from socialpipe.model import Picture
from socialpipe.text.reading.blocks import Block, Kind


def settled(pictures: Iterable[Picture], blocks: list[Block]) -> list[Picture]:
    """Return the pictures with `after` being a line of the article, as it was read in the end.

    Where a reader left that line out (an offer, the title), the picture stands at the beginning.
    """
    lines: dict[str, str] = {}
    for block in blocks:
        shown = block.plain if block.kind is Kind.HEADING else block.text
        lines.update((_letters(line), line) for line in shown.split("\n"))
    return [
        picture
        if picture.after is None
        else replace(picture, after=lines.get(_letters(picture.after), ""))
        for picture in pictures
    ]


def once(pictures: Iterable[Picture]) -> list[Picture]:
    """Return each address once, with the alt text and the place that any mention of it has."""
    unique: dict[str, Picture] = {}
    for picture in pictures:
        known = unique.get(picture.url, picture)
        place = picture.after if known.after is None else known.after
        unique[picture.url] = replace(known, alt=known.alt or picture.alt, after=place)
    return list(unique.values())


def last_line(text: str) -> str:
    """Return the line after which a picture stands that follows `text`."""
    return text.strip().rpartition("\n")[2].strip()


def _letters(line: str) -> str:
    return re.sub(r"[\W_]+", "", line)
