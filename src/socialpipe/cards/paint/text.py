"""Text on the canvas: lines of runs become glyphs in a colour or a gradient."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from socialpipe.cards.colour import Rgba
from socialpipe.cards.paint.canvas import Canvas, Frame
from socialpipe.cards.typeset.paragraph import Block, Line
from socialpipe.cards.typeset.raster import Inked, Stamp, emoji, mask

_ASCENT, _TALL = 0.8, 0.95  # em: from the top of tall letters to below the baseline
_SMALL = 50_000  # px²: masks of smaller texts are kept
_HALF_CAP = 0.352  # em: half the height of Pretendard's capitals; Hangul has the same middle

Colours = tuple[Rgba, ...]


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of plain and of emphasised text; two make a gradient down each line."""

    plain: Colours
    hot: Colours


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block goes: left and top, the width to align in, and how."""

    x: float
    y: float
    width: float
    align: str  # left, center, right


def baseline(block: Block, n: int) -> float:
    """Distance of line n's baseline from the block's top, px."""
    return ((n + 0.5) * block.leading + _HALF_CAP) * block.size


def start(block: Block, line: Line, place: Place) -> float:
    """Left end of a line; the ink of large text, not its side bearing, stands on the edge."""
    spare = place.width - line.width * block.size
    if place.align == "center":
        return place.x + spare / 2
    if place.align == "right":
        return place.x + spare
    bearing = line.runs[0][1].bearing if line.runs else 0.0
    return place.x - bearing * block.size


def regions(block: Block, place: Place) -> Iterator[tuple[Frame, bool]]:
    """Yield where each run stands, and whether it is emphasised."""
    for n, line in enumerate(block.lines):
        x, y = start(block, line, place), place.y + baseline(block, n)
        for at, run in line.runs:
            frame = (x + at * block.size, y - _ASCENT * block.size, run.advance * block.size)
            left, top, width = (round(side) for side in frame)
            if width > 0 and not run.face.in_colour:
                yield (left, top, width, max(1, round(_TALL * block.size))), run.hot


def draw(canvas: Canvas, block: Block, place: Place, ink: Ink) -> None:
    """Draw a block."""
    left, top = math.floor(place.x), math.floor(place.y)
    near = replace(place, x=place.x - left, y=place.y - top)
    for n, line in enumerate(block.lines):
        if any(run.face.in_colour for _, run in line.runs):
            x, y = start(block, line, place), place.y + baseline(block, n)
            canvas.stamps(_colour_glyphs(line, block.size, x, y))
    is_small = block.width * block.height <= _SMALL
    make = _kept_masks if is_small else _masks
    for is_hot, inked in make(block, near):
        colours = ink.hot if is_hot else ink.plain
        canvas.stamp(colours, inked.image, left + inked.left, top + inked.top)


Masks = tuple[tuple[bool, Stamp], ...]


def _masks(block: Block, place: Place) -> Masks:
    """Return the ink of each line, that of plain and of emphasised text by itself."""
    found: dict[tuple[int, bool], list[Inked]] = {}
    for n, line in enumerate(block.lines):
        x, y = start(block, line, place), place.y + baseline(block, n)
        for at, run in line.runs:
            if not run.face.in_colour:
                inked = Inked(run, block.size, x + at * block.size, y)
                found.setdefault((n, run.hot), []).append(inked)
    drawn = ((is_hot, mask(runs)) for (_, is_hot), runs in found.items())
    return tuple((is_hot, ink) for is_hot, ink in drawn if ink is not None)


@lru_cache(maxsize=48)  # names, tags, fixed words: the same on all cards of a brand
def _kept_masks(block: Block, place: Place) -> Masks:
    return _masks(block, place)


def _colour_glyphs(line: Line, size: float, x: float, y: float) -> Iterator[tuple[Stamp, int, int]]:
    for at, run in line.runs:
        if run.face.in_colour:
            for glyph in run.glyphs:
                stamp = emoji(run.face, glyph.id, size * run.scale)
                if stamp is not None:
                    left, top = x + (at + glyph.x) * size, y - glyph.y * size
                    yield stamp, round(left), round(top)
