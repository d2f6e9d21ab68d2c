"""Lint: look at drawn cards for what a designer would send back.

Text that is cut or leaves its box, too little contrast on the worst spot behind it, characters
without a glyph, text under a network's own controls, text too small in a feed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from socialpipe.cards import loading
from socialpipe.cards.boxes import Box
from socialpipe.cards.drawing import render
from socialpipe.cards.render import Drawing
from socialpipe.cards.samples import sample
from socialpipe.cards.sizes import SIZES
from socialpipe.cards.template import shape_of

FEED_WIDTH = 500  # CSS px: how wide a feed shows a card on a desk; a phone has as many dots
LEGIBLE = 9  # CSS px at that width: less is taken for decoration
_LARGE = 18.66  # CSS px in a feed: bold from here needs a contrast of 3 only (WCAG 2.2, 1.4.3)
_STORY_TOP, _STORY_BOTTOM = 0.125, 0.17  # shares of the height under a story's controls
_MARGIN = 0.02  # of the width: networks round or crop the edge
_SLACK = 2.0  # px
_SLIDES = 5  # of a carousel


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with one layer."""

    layer: str
    problem: str


def lint(drawing: Drawing) -> list[Finding]:
    """Return everything wrong with a drawn card."""
    found = [finding for box in drawing.root.walk() for finding in _faults(box, drawing)]
    if drawing.missing:
        found.append(Finding("root", f"{drawing.missing} characters have no glyph"))
    return found


def _faults(box: Box, drawing: Drawing) -> Iterator[Finding]:
    if box.block is None or not box.text.text:
        return
    problems = (
        _overflow(box),
        _unsafe(box, *drawing.image.size),
        _illegible(box, drawing.image.width),
        _pale(box, drawing),
    )
    for problem in problems:
        if problem:
            yield Finding(box.name, problem)


def _overflow(box: Box) -> str | None:
    block = box.block
    assert block is not None  # noqa: S101 - narrows the type
    if block.cut:
        return f"is cut: {box.text.text[:40]!r}"
    if block.width > box.width + _SLACK or block.height > box.height + _SLACK:
        return f"leaves its box of {box.width:.0f}×{box.height:.0f} px: {box.text.text[:40]!r}"
    return None


def _unsafe(box: Box, width: int, height: int) -> str | None:
    margin = _MARGIN * width
    top, bottom = margin, height - margin
    if shape_of(width, height).name == "story":
        top, bottom = _STORY_TOP * height, height * (1 - _STORY_BOTTOM)
    is_inside = box.x >= margin and box.x + box.width <= width - margin
    if is_inside and box.y >= top and box.y + box.height <= bottom:
        return None
    return f"stands in the unsafe area at {box.x:.0f}, {box.y:.0f}"


def _illegible(box: Box, width: int) -> str | None:
    block = box.block
    assert block is not None  # noqa: S101 - narrows the type
    shown = block.size * FEED_WIDTH / width
    return f"is {shown:.1f} px high in a feed, less than {LEGIBLE}" if shown < LEGIBLE else None


def _pale(box: Box, drawing: Drawing) -> str | None:
    ratio = drawing.contrasts.get(id(box))
    block = box.block
    assert block is not None  # noqa: S101 - narrows the type
    needed = 3.0 if block.size * FEED_WIDTH / drawing.image.width >= _LARGE else 4.5
    if ratio is None or ratio >= needed:
        return None
    return f"has a contrast of {ratio:.2f}, less than {needed}"


def lint_samples(
    template: str, size: str, languages: Iterable[str], themes: Sequence[str] = ()
) -> Iterator[dict[str, str]]:
    """Draw samples in all themes (or those given), all slides; yield what is wrong, and where.

    Raises NotFound for an unknown template or language.
    """
    chosen = loading.load(template)
    shown = {language: sample(language) for language in languages}
    for theme in themes or chosen.themes():
        for language, one in shown.items():
            slides = one.slides(_SLIDES) if chosen.card.slides == "carousel" else [one]
            found = (
                finding
                for slide in slides
                for finding in lint(render(slide, template, SIZES[size], theme, measure=True))
            )
            where = {"template": chosen.name, "size": size, "theme": theme, "language": language}
            for finding in found:
                yield {**where, "layer": finding.layer, "problem": finding.problem}
