"""Draw the cards of a post: choose a template, lay out, paint, encode, describe."""

from __future__ import annotations

from pathlib import Path

from socialpipe.cards import loading
from socialpipe.cards.alt import alt_text
from socialpipe.cards.boxes import Sheet
from socialpipe.cards.choice import check_needs, choose
from socialpipe.cards.content import Content
from socialpipe.cards.encode import encode
from socialpipe.cards.loading import shaped
from socialpipe.cards.render import Drawing, Renderer
from socialpipe.cards.template import shape_of
from socialpipe.cards.typeset.fonts import Library
from socialpipe.model import Card, Limits

Size = tuple[int, int]
_MOST_SLIDES = 8  # a cover, six points, an end


def cards(
    shown: Content,
    limits: Limits,
    template: str | None,
    theme: str | None,
    font_dirs: tuple[Path, ...],
) -> tuple[Card, ...]:
    """Draw all cards; see `socialpipe.cards.draw`."""
    name = template or choose(shown, limits).name
    chosen = loading.load(name)
    check_needs(chosen, shown)
    is_carousel = chosen.card.slides == "carousel" and limits.images > 1
    slides = shown.slides(min(limits.images, _MOST_SLIDES)) if is_carousel else [shown]
    return tuple(
        _card(render(slide, name, limits.card, theme, font_dirs), slide, name, limits)
        for slide in slides
    )


def render(
    shown: Content,
    name: str,
    size: Size,
    theme: str | None,
    font_dirs: tuple[Path, ...] = (),
    *,
    measure: bool = False,
) -> Drawing:
    """Draw one picture of a template at a size in px; `measure` the contrast of its texts too."""
    shape = shape_of(*size)
    scale = min(size[0] / shape.width, size[1] / shape.height)
    library = Library(shown.language, font_dirs)
    sheet = Sheet(shaped(name, shape), shown, library, scale, *size)
    return Renderer(sheet, theme, measure=measure).draw()


def _card(drawing: Drawing, shown: Content, name: str, limits: Limits) -> Card:
    alt = alt_text(drawing.root, shown.language, limits.alt)
    data, mime = encode(drawing.image, limits.image_formats, limits.image_bytes)
    width, height = drawing.image.size
    return Card(data, width, height, alt, mime, drawing.missing, name)
