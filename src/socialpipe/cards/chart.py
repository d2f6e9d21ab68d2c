"""A chart of how posts did: totals on top, a bar for each post below, set by the text engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import regex
from PIL import Image

from socialpipe.cards.colour import Rgba, parse
from socialpipe.cards.encode import encode
from socialpipe.cards.paint import text
from socialpipe.cards.paint.canvas import Canvas, Frame
from socialpipe.cards.paint.text import Ink, Place
from socialpipe.cards.typeset.fonts import Library, library
from socialpipe.cards.typeset.paragraph import Block, Fitting, fit
from socialpipe.cards.typeset.rich import Rich
from socialpipe.cards.typeset.shape import Voice

WIDTH = 1200  # px
_EDGE, _GAP = 64, 20
_HEAD, _TILES, _LEGEND, _ROW, _FOOT = 176, 132, 64, 72, 56  # heights
_NAMES, _COUNTS = 400, 96  # widths of the columns beside the bars
_BAR = 26
_LEADING = 1.3
_MOST_BYTES = 1 << 26
_PAPER, _PANEL, _INK, _SOFT, _TRACK = map(
    parse, ("#FBFAF7", "#FFFFFF", "#16171D", "#656976", "#EDEBE4")
)
_LINE = parse("#E4E1D8")
_GOOD = parse("#0B7A5B")
_SERIES = tuple(map(parse, ("#4A3AFF", "#00A389", "#FFB020", "#A35CF0", "#FF5A5F", "#3BA7FF")))
_SCRIPTS = (
    ("ja", regex.compile(r"[\p{Hiragana}\p{Katakana}]")),
    ("ko", regex.compile(r"\p{Hangul}")),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A total, and how it changed."""

    label: str
    value: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A post: its parts add up to its length."""

    title: str
    note: str
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows. `series` names the parts of the bars."""

    kicker: str
    title: str
    tiles: Sequence[Tile]
    series: Sequence[str]
    bars: Sequence[Bar]
    foot: str = ""


def draw(chart: Chart) -> bytes:
    """Return the chart as a PNG; the same chart gives the same bytes."""
    height = _HEAD + _TILES + _LEGEND + _ROW * len(chart.bars) + _FOOT + _GAP
    image = Image.new("RGB", (WIDTH, height), _PAPER[:3])
    pen = _Pen(Canvas(image), library(_language(chart)))
    _draw_head(pen, chart)
    _draw_tiles(pen, chart.tiles)
    _draw_legend(pen, chart)
    longest = max((sum(bar.parts) for bar in chart.bars), default=0)
    for n, bar in enumerate(chart.bars):
        _draw_bar(pen, bar, _HEAD + _TILES + _LEGEND + n * _ROW, longest)
    pen.write(chart.foot, (_EDGE, height - _FOOT), WIDTH - 2 * _EDGE, 18, colour=_SOFT)
    return encode(image, ["png"], _MOST_BYTES)[0]


def _language(chart: Chart) -> str:
    """Tell by its script in whose shapes Han characters are to be drawn."""
    words = " ".join((chart.title, *(bar.title for bar in chart.bars)))
    return next((name for name, script in _SCRIPTS if script.search(words)), "en")


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes lines of text, cut with an ellipsis where they are too long."""

    canvas: Canvas
    library: Library

    def write(
        self,
        words: str,
        at: tuple[float, float],
        width: float,
        size: float,
        *,
        weight: int = 500,
        colour: Rgba = _INK,
        align: str = "left",
        smallest: float | None = None,
    ) -> None:
        """Write one line; `smallest`: the size that a long one may shrink to."""
        if words:
            block = self._set(words, width, size, smallest or size, weight)
            ink = Ink((colour,), (colour,))
            text.draw(self.canvas, block, Place(at[0], at[1], width, align), ink)

    def measure(self, words: str, size: float, weight: int) -> float:
        """Return the width of a line, px."""
        return self._set(words, WIDTH, size, size, weight).width

    def _set(self, words: str, width: float, size: float, smallest: float, weight: int) -> Block:
        voice = Voice(self.library, weight, weight, -0.012)
        fitting = Fitting(voice, smallest, size, _LEADING, lines=1)
        return fit(Rich(" ".join(words.split())), fitting, width, size * _LEADING + 1)


def _draw_head(pen: _Pen, chart: Chart) -> None:
    room = WIDTH - 2 * _EDGE
    pen.write(chart.kicker, (_EDGE, 52), room, 20, weight=600, colour=_SOFT)
    pen.write(chart.title, (_EDGE, 82), room, 46, weight=800, smallest=28)


def _draw_tiles(pen: _Pen, tiles: Sequence[Tile]) -> None:
    count = max(len(tiles), 1)
    width = (WIDTH - 2 * _EDGE - (count - 1) * _GAP) // count
    for n, tile in enumerate(tiles):
        x = _EDGE + n * (width + _GAP)
        frame: Frame = (x, _HEAD, width, _TILES - _GAP)
        pen.canvas.fill([_PANEL], frame, 16)
        pen.canvas.outline(_LINE, frame, 16, 1)
        inside = width - 2 * _GAP
        pen.write(tile.label, (x + _GAP, _HEAD + 14), inside, 16, weight=600, colour=_SOFT)
        pen.write(tile.value, (x + _GAP, _HEAD + 34), inside, 34, weight=800, smallest=18)
        colour = _GOOD if tile.change.startswith("+") else _SOFT
        pen.write(tile.change, (x + _GAP, _HEAD + 80), inside, 16, weight=600, colour=colour)


def _draw_legend(pen: _Pen, chart: Chart) -> None:
    x, y = float(_EDGE), _HEAD + _TILES + 10
    for n, name in enumerate(chart.series):
        pen.canvas.fill([_colour(n)], (round(x), y + 5, 14, 14), 7)
        pen.write(name, (x + 22, y), 300, 18, weight=600, colour=_SOFT)
        x += 22 + pen.measure(name, 18, 600) + 30


def _draw_bar(pen: _Pen, bar: Bar, top: int, longest: int) -> None:
    pen.canvas.fill([_LINE], (_EDGE, top, WIDTH - 2 * _EDGE, 1), 0)
    pen.write(bar.title, (_EDGE, top + 10), _NAMES, 21, weight=600)
    pen.write(bar.note, (_EDGE, top + 39), _NAMES, 16, colour=_SOFT)
    left, right = _EDGE + _NAMES + 2 * _GAP, WIDTH - _EDGE - _COUNTS
    y = top + (_ROW - _BAR) // 2
    pen.canvas.fill([_TRACK], (left, y, right - left, _BAR), _BAR // 2)
    length = round((right - left) * sum(bar.parts) / longest) if longest else 0
    if length:
        pen.canvas.picture(_segments(bar.parts, length), (left, y, length, _BAR), _BAR // 2)
    total = f"{sum(bar.parts):,}"
    at = (WIDTH - _EDGE - _COUNTS, y - 3)
    pen.write(total, at, _COUNTS, 23, weight=700, align="right", smallest=14)


def _segments(parts: Sequence[int], length: int) -> Image.Image:
    """Return a bar with its parts side by side, its corners still square."""
    image = Image.new("RGB", (length, _BAR))
    ends = [round(length * end / sum(parts)) for end in accumulate(parts)]
    for n, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
        image.paste(_colour(n)[:3], (start, 0, end, _BAR))
    return image


def _colour(n: int) -> Rgba:
    return _SERIES[n % len(_SERIES)]
