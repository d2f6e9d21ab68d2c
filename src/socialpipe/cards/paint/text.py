"""Text on the canvas: lines of runs become glyphs in a colour or a gradient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from socialpipe.cards.colour import Rgba
from socialpipe.cards.paint.canvas import Canvas, Frame
from socialpipe.cards.typeset.paragraph import Block, Line
from socialpipe.cards.typeset.raster import Inked, Stamp, emoji, mask
from socialpipe.cards.typeset.shape import Run

_ASCENT, _TALL = 0.8, 0.95  # em: from the top of tall letters to below the baseline
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
    solid: dict[Rgba, list[Inked]] = {}
    for n, line in enumerate(block.lines):
        x, y = start(block, line, place), place.y + baseline(block, n)
        for colours, glyphs in _by_ink(line, block.size, x, y, ink).items():
            if len(colours) > 1:
                _stamp(canvas, colours, glyphs)
            else:
                solid.setdefault(colours[0], []).extend(glyphs)
        canvas.stamps(_colour_glyphs(line, block.size, x, y))
    for colour, glyphs in solid.items():
        _stamp(canvas, (colour,), glyphs)


def _stamp(canvas: Canvas, colours: Colours, glyphs: list[Inked]) -> None:
    inked = mask(glyphs)
    if inked is not None:
        canvas.stamp(colours, inked.image, inked.left, inked.top)


def _by_ink(line: Line, size: float, x: float, y: float, ink: Ink) -> dict[Colours, list[Inked]]:
    found: dict[Colours, list[Inked]] = {}
    for at, run in line.runs:
        if not run.face.in_colour:
            colours = ink.hot if run.hot else ink.plain
            found.setdefault(colours, []).extend(_glyphs(run, size, x + at * size, y))
    return found


def _glyphs(run: Run, size: float, x: float, y: float) -> Iterator[Inked]:
    for glyph in run.glyphs:
        yield Inked(run.face, run.weight, glyph.id, size, x + glyph.x * size, y - glyph.y * size)


def _colour_glyphs(line: Line, size: float, x: float, y: float) -> Iterator[tuple[Stamp, int, int]]:
    for at, run in line.runs:
        if run.face.in_colour:
            for glyph in run.glyphs:
                stamp = emoji(run.face, glyph.id, size * run.scale)
                if stamp is not None:
                    left, top = x + (at + glyph.x) * size, y - glyph.y * size
                    yield stamp, round(left), round(top)
