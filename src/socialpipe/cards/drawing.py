"""Draw the cards of a post: choose a template, lay out, paint, encode, describe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from socialpipe.cards import colour, loading, palette
from socialpipe.cards.alt import alt_text
from socialpipe.cards.boxes import Sheet
from socialpipe.cards.choice import Choice, check_needs, choose
from socialpipe.cards.content import Content
from socialpipe.cards.encode import encode, forms
from socialpipe.cards.loading import shaped
from socialpipe.cards.provenance import xmp
from socialpipe.cards.render import Drawing, Renderer
from socialpipe.cards.template import Template, ThemeName, shape_of
from socialpipe.cards.typeset.fonts import Library, library
from socialpipe.errors import Refused, UsageError
from socialpipe.model import Card, Limits

Size = tuple[int, int]
_LIGHT = 0.18  # luminance from which black can be read better than white
_FLAT = 1.15  # a card that is very wide is set a little larger than its height has it: legible
_MOST_SLIDES = 8  # a cover, six points, an end


def cards(
    shown: Content,
    limits: Limits,
    template: str | None,
    theme: str | None,
    fonts: Library,
    *,
    form: str | None = None,
) -> tuple[Card, ...]:
    """Draw all cards; see `socialpipe.cards.draw`."""
    choice = Choice(template, "asked for by name") if template else choose(shown, limits)
    chosen = loading.load(choice.name)
    check_needs(chosen, shown)
    theme = _theme(chosen, theme or _natural(chosen, shown))
    shown = _coloured(shown, chosen, theme)
    is_carousel = chosen.card.slides == "carousel" and limits.images > 1
    slides = shown.slides(min(limits.images, _MOST_SLIDES)) if is_carousel else [shown]
    kinds = forms(limits.image_formats, form)
    plain = (_card(slide, choice, limits, theme, fonts, kinds=kinds) for slide in slides)
    return tuple(
        replace(card, template=chosen.name, theme=theme, reason=choice.reason) for card in plain
    )


def _natural(chosen: Template, shown: Content) -> str:
    """Return the theme that goes with the brand's paper, else the template's own."""
    paper = shown.colours.get("paper", "")
    if "paper" not in chosen.palette() or not colour.is_hex(paper):
        return chosen.card.theme
    theme = "light" if colour.luminance(colour.parse(paper)) > _LIGHT else "dark"
    return theme if theme in chosen.themes() else chosen.card.theme


def _theme(chosen: Template, wanted: str) -> str:
    """Check a theme. Raises UsageError, or Refused when the template lacks it."""
    known = get_args(ThemeName)
    if wanted not in known:
        raise UsageError(f"There is no theme {wanted!r}.", f"Choose {' or '.join(known)}.")
    if wanted not in chosen.themes():
        raise Refused(
            f"Template {chosen.name!r} has no theme {wanted}.",
            f"It can be drawn in: {', '.join(chosen.themes())}.",
        )
    return wanted


def _coloured(shown: Content, chosen: Template, theme: str) -> Content:
    """Take an accent from the picture where no brand says one."""
    picture = shown.pictures.get("picture")
    if picture is None or shown.colours:
        return shown
    accent = palette.accent(picture, chosen.palette(theme).get("paper", "#FFFFFF"))
    return replace(shown, colours={"accent": accent}) if accent else shown


def render(
    shown: Content,
    name: str,
    size: Size,
    theme: str | None,
    fonts: Library | None = None,
    *,
    measure: bool = False,
    grain: bool = True,
) -> Drawing:
    """Draw one picture of a template at a size in px; `measure` the contrast of its texts too."""
    shape = shape_of(*size)
    scale = min(size[0] / shape.width, _FLAT * size[1] / shape.height)
    own = fonts or library(shown.language)
    sheet = Sheet(shaped(name, shape), shown, own, scale, *size, grain=grain)
    return Renderer(sheet, theme, measure=measure).draw()


def _card(
    shown: Content,
    choice: Choice,
    limits: Limits,
    theme: str,
    fonts: Library,
    *,
    kinds: Sequence[str],
) -> Card:
    grain = kinds[0] != "png"  # noise cannot be packed
    drawing = render(shown, choice.name, limits.card, theme, fonts, grain=grain)
    alt = alt_text(drawing.root, shown.language, limits.alt)
    about = xmp(alt, shown.language, shown.text("url"))
    data, mime = encode(drawing.image, kinds, limits.image_bytes, about, drawing.overlay)
    width, height = drawing.image.size
    return Card(data, width, height, alt, mime, drawing.missing)
