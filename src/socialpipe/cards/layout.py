"""Layout: boxes get sizes and places, by flow, growth and fit.

Sizes are found from the outside in: a box is offered a width and a height, hands each child what
the others do not need at their least, and lets the growing ones share the rest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from socialpipe.cards.boxes import BEYOND, Box, Sheet, build
from socialpipe.cards.template import Length
from socialpipe.cards.typeset import direction
from socialpipe.cards.typeset.paragraph import Block, Fitting, fit

_ROUNDS = 3  # a text that shrinks may lose its hyphens, and shrink its siblings once more


def arrange(sheet: Sheet) -> Box:
    """Place all layers on the card; repeated texts share the size of the smallest of them."""
    root = build(sheet)
    arrangement = Arrangement(sheet)
    arrangement.run(root)
    for _ in range(_ROUNDS):
        sizes = _agreed(root)
        if not any(box.block and box.block.size > sizes[box.name] for box in root.walk()):
            break
        for box in root.walk():
            box.most = sizes.get(box.name, BEYOND)
        arrangement.run(root)
    if direction.is_rtl(sheet.content.language):
        _mirror(root, sheet.width)
    return root


def _agreed(root: Box) -> dict[str, float]:
    sizes: dict[str, float] = {}
    for box in root.walk():
        if box.block is not None:
            sizes[box.name] = min(box.block.size, sizes.get(box.name, BEYOND))
    return sizes


def _mirror(root: Box, width: int) -> None:
    for box in root.walk():
        box.x = width - box.x - box.width


class Arrangement:
    """Sizes boxes, then places them."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.scale = sheet.scale
        self.blocks: dict[tuple[int, float, float, float], Block] = {}
        self.leasts: dict[tuple[int, float, float, int], float] = {}

    def run(self, root: Box) -> None:
        """Lay out the whole card."""
        self.leasts.clear()
        root.width, root.height = self.sheet.width, self.sheet.height
        self.fill(root)
        self.place(root, 0, 0)

    def px(self, length: Length | None, whole: float) -> float | None:
        """Turn a template's length into pixels."""
        if isinstance(length, str):
            return whole * float(length[:-1]) / 100
        return None if length is None else length * self.scale

    # how small and how large

    def least(self, box: Box, width: float) -> float:
        """Height that a box needs at its smallest text sizes."""
        fixed = self.fixed(box, width)[1]
        if fixed is not None:
            return fixed
        key = (id(box), width, box.whole, len(box.children))
        if key not in self.leasts:
            self.leasts[key] = self.least_inside(box, width)
        return self.leasts[key]

    def least_inside(self, box: Box, width: float) -> float:
        self.tell(box, box.whole)
        top, right, bottom, left = box.sides
        inner = max(1.0, width - left - right)
        if box.style is not None:
            return self.block(box, inner, BEYOND, smallest=True).height + top + bottom
        if box.layer.flow == "row":
            self.widths(box, inner)
            tallest = max((self.least(child, child.width) for child in box.children), default=0.0)
            return tallest + top + bottom
        heights = [self.least(child, inner) for child in box.children]
        if box.layer.flow == "stack":
            return max(heights, default=0.0) + top + bottom
        return sum(heights) + self.gaps(box) + top + bottom

    def tell(self, box: Box, whole: float) -> None:
        """Tell the children how high their parent is inside."""
        for child in box.children:
            child.whole = whole

    def fixed(self, box: Box, width: float) -> tuple[float | None, float | None]:
        """Return the size that the template fixes, if it does."""
        layer = box.layer
        if layer.is_free:
            return None, None
        square = None if layer.size is None else layer.size * self.scale
        across, down = self.px(layer.width, width), self.px(layer.height, box.whole)
        return (across if across is not None else square), (down if down is not None else square)

    def gaps(self, box: Box) -> float:
        return max(0, len(box.children) - 1) * box.layer.gap * self.scale

    def block(self, box: Box, width: float, height: float, *, smallest: bool = False) -> Block:
        """Set the text of a box, in its smallest size or in the largest that fits."""
        most = 0.0 if smallest else box.most
        key = (id(box), round(width, 2), round(height, 2), most)
        found = self.blocks.get(key)
        if found is None:
            found = self.blocks[key] = self.fitted(box, *key[1:])
        return found

    def fitted(self, box: Box, width: float, height: float, most: float) -> Block:
        style, voice = box.style, box.voice
        assert style is not None  # noqa: S101 - narrows the type
        assert voice is not None  # noqa: S101 - narrows the type
        low = style.size[0] * self.scale
        high = max(low, min(style.size[1] * self.scale, most))
        if box.fitting is None or box.fitting.largest != high:
            box.fitting = Fitting(voice, low, high, style.leading, style.lines, style.balance)
        return fit(box.printed, box.fitting, width, height)

    # size

    def size(self, box: Box, width: float, height: float, *, grows: bool = False) -> None:
        """Give a box its size within an offer: as wide as offered, as high as needed or `grows`."""
        fixed_height = self.fixed(box, width)[1]
        limit = self.px(box.layer.max_height, box.whole)
        box.width = width
        most = min(height, limit) if limit is not None else height
        box.height = fixed_height if fixed_height is not None else most
        needed = self.fill(box)
        if fixed_height is None and not grows:
            box.height = min(needed, most)

    def fill(self, box: Box) -> float:
        """Size what is in a box; returns the height that it needs."""
        top, right, bottom, left = box.sides
        width, height = box.width - left - right, box.height - top - bottom
        self.tell(box, height)
        if box.style is not None:
            box.block = self.block(box, max(1.0, width), max(1.0, height))
            return box.block.height + top + bottom
        fill = {"row": self.fill_row, "col": self.fill_column, "stack": self.fill_stack}
        return fill[box.layer.flow](box, width, height) + top + bottom

    def fill_stack(self, box: Box, width: float, height: float) -> float:
        for child in box.children:
            self.size(child, self.across(box, child, width), height)
        return max((child.height for child in box.children), default=0.0)

    def fill_column(self, box: Box, width: float, height: float) -> float:
        """Offer each child what is left when the others have their least."""
        self.shed(box, width, height)
        wide = {id(child): self.across(box, child, width) for child in box.children}
        least = {id(child): self.least(child, wide[id(child)]) for child in box.children}
        left = height - self.gaps(box) - sum(least.values())
        growing = [child for child in box.children if child.layer.grow]
        for child in box.children:
            if child not in growing:
                self.size(child, wide[id(child)], max(0, left) + least[id(child)])
                left += least[id(child)] - child.height
        total = sum(child.layer.grow for child in growing)
        for child in growing:  # less than their least when it must be: lists in them get shorter
            share = left * child.layer.grow / total
            self.size(child, wide[id(child)], max(0, least[id(child)] + share), grows=True)
        return sum(child.height for child in box.children) + self.gaps(box)

    def across(self, box: Box, child: Box, width: float) -> float:
        """Width of a child of a column or stack."""
        fixed = self.fixed(child, width)[0]
        limit = self.px(child.layer.max_width, width)
        hugs = box.layer.align != "stretch" and (child.style is None or child.layer.fill)
        wide = fixed if fixed is not None else self.natural(child, width) if hugs else width
        return wide if limit is None else min(wide, limit)

    def shed(self, box: Box, width: float, height: float) -> None:
        """Drop repeated children from the end, then ornaments, until the column's least fits."""
        while self.least_of(box, width) > height + 1:
            repeated = [child for child in box.children if child.layer.repeat]
            ornaments = [child for child in box.children if child.layer.emoji]
            if not (repeated[1:] or ornaments):
                return
            box.children.remove((repeated[1:] or ornaments)[-1])

    def least_of(self, box: Box, width: float) -> float:
        heights = (self.least(child, self.across(box, child, width)) for child in box.children)
        return sum(heights) + self.gaps(box)

    def fill_row(self, box: Box, width: float, height: float) -> float:
        self.widths(box, width)
        for child in box.children:
            self.size(child, child.width, height)
        return max((child.height for child in box.children), default=0.0)

    def widths(self, box: Box, width: float) -> None:
        """Share a row's width: fixed and hugging children first, the growing ones take the rest."""
        room = width - self.gaps(box)
        for child in box.children:
            most = BEYOND if child.layer.repeat else max(1.0, room)
            child.width = 0 if child.layer.grow else self.natural(child, width, most)
            room -= child.width
        self.shed_wide(box, width)
        left = width - self.gaps(box) - sum(child.width for child in box.children)
        total = sum(child.layer.grow for child in box.children)
        for child in box.children:
            if child.layer.grow:
                child.width = max(1.0, left) * child.layer.grow / total

    def shed_wide(self, box: Box, width: float) -> None:
        """Drop repeated children that find no room in the row."""
        while sum(child.width for child in box.children) + self.gaps(box) > width + 1:
            repeated = [child for child in box.children if child.layer.repeat]
            if not repeated:
                return
            box.children.remove(repeated[-1])

    def natural(self, box: Box, width: float, room: float = BEYOND) -> float:
        """Width that a box takes when nothing stretches it: at most what is left in its row."""
        fixed = self.fixed(box, width)[0]
        if fixed is not None:
            return fixed
        _, right, _, left = box.sides
        limit = min(self.px(box.layer.max_width, width) or width, width, room)
        inner = max(1.0, limit - left - right)
        if box.style is not None:  # ceil and 2 px: a hugging text must not wrap anew
            return math.ceil(self.block(box, inner, BEYOND).width) + 2 + left + right
        widths = [self.natural(child, inner) for child in box.children]
        is_row = box.layer.flow == "row"
        natural = sum(widths) + self.gaps(box) if is_row else max(widths, default=0.0)
        return min(limit, natural + left + right)

    # place

    def place(self, box: Box, x: float, y: float) -> None:
        """Put a box at its place and its children at theirs."""
        box.x = x + box.layer.offset[0] * self.scale
        box.y = y + box.layer.offset[1] * self.scale
        top, right, bottom, left = box.sides
        inner = (box.width - left - right, box.height - top - bottom)
        start = (box.x + left, box.y + top)
        if box.layer.flow == "row":
            self.place_along(box, box.children, start, inner, axis=0)
        elif box.layer.flow == "col":
            self.place_along(box, box.children, start, inner, axis=1)
        else:
            for child in box.children:
                self.place_along(box, [child], start, inner, axis=1)

    def place_along(
        self,
        box: Box,
        children: Sequence[Box],
        start: tuple[float, float],
        inner: tuple[float, float],
        *,
        axis: int,
    ) -> None:
        """Place children one after another: along x for axis 0, along y for axis 1."""
        lengths = [(child.width, child.height)[axis] for child in children]
        gap = box.layer.gap * self.scale
        spare = inner[axis] - sum(lengths) - gap * max(0, len(children) - 1)
        at = start[axis] + {"center": spare / 2, "end": spare}.get(box.layer.justify, 0.0)
        if box.layer.justify == "between" and len(children) > 1:
            gap += max(0.0, spare) / (len(children) - 1)
        for child, length in zip(children, lengths, strict=True):
            side = self.aside(box, child, start[1 - axis], inner[1 - axis], axis)
            self.place(child, *((at, side) if axis == 0 else (side, at)))
            at += length + gap

    def aside(self, box: Box, child: Box, start: float, inner: float, axis: int) -> float:
        """Place across the flow."""
        if box.layer.align == "stretch" and axis == 0 and child.style is None:
            child.height = max(child.height, inner) if child.layer.size is None else child.height
        length = (child.height, child.width)[axis]
        return start + {"center": (inner - length) / 2, "end": inner - length}.get(
            box.layer.align, 0.0
        )
