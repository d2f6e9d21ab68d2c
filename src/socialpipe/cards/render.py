"""From a laid-out card to its picture: first the plate, then the content of each box."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PIL import Image

from socialpipe.cards.boxes import Box, Sheet
from socialpipe.cards.colour import Rgba, contrast, over
from socialpipe.cards.layout import arrange
from socialpipe.cards.paint import code, plate, text
from socialpipe.cards.paint.backdrop import Ground, Spot
from socialpipe.cards.paint.canvas import Canvas, Frame
from socialpipe.cards.paint.plate import Icon, Shadow, Slab
from socialpipe.cards.picture import cover
from socialpipe.cards.strips import Overlay
from socialpipe.cards.template import Layer, Paint, resolve
from socialpipe.cards.typeset import direction
from socialpipe.cards.typeset.raster import Stamp, emoji
from socialpipe.cards.typeset.shape import Voice, runs

_CELLS = (48, 12)  # a text's background is judged in so many cells
_GLASS_BLUR = 22  # px at the reference size
_EMOJI_EM = 0.85  # an emoji of Noto is 1.17 times as wide as its font size


@dataclass(frozen=True)
class Drawing:
    """A finished picture, and what stands where on it."""

    canvas: Canvas
    root: Box
    missing: int
    contrasts: Mapping[int, float]  # worst contrast of a text box, by id(box); when asked for

    @property
    def image(self) -> Image.Image:
        return self.canvas.image

    @property
    def overlay(self) -> Overlay | None:
        """What of the picture need not be encoded again."""
        return self.canvas.overlay


class Renderer:
    """Draws one sheet in one theme."""

    def __init__(self, sheet: Sheet, theme: str | None, *, measure: bool = False) -> None:
        self.sheet = sheet
        self.measure = measure
        self.contrasts: dict[int, float] = {}
        self.lost = 0  # emoji that cannot be drawn
        self.palette = sheet.template.branded(theme, sheet.content.colours)
        self.rtl = direction.is_rtl(sheet.content.language)
        self.painters = {
            "emoji": self.paint_emoji,
            "image": self.paint_picture,
            "bar": self.paint_bar,
            "qr": self.paint_code,
        }

    def draw(self) -> Drawing:
        """Lay out and paint everything."""
        root = arrange(self.sheet)
        boxes = [box for box in root.walk() if min(_frame(box)[2:]) > 0]
        below = next((n for n, box in enumerate(boxes) if box.layer.image), len(boxes))
        plain = [box for box in boxes[:below] if not _holds(box)]
        slabs = (self.slab(box) for box in plain)
        canvas = plate.plate(self.ground(), tuple(slab for slab in slabs if not slab.is_bare))
        for box in boxes[:below]:
            if _holds(box):
                self.paint(canvas, box)
        for box in boxes[below:]:  # may lie on the picture
            self.paint(canvas, box)
        missing = self.lost + sum(box.block.missing for box in boxes if box.block)
        return Drawing(canvas, root, missing, self.contrasts)

    def ground(self) -> Ground:
        """Return the background."""
        background = self.sheet.template.background
        spots: list[Spot] = []
        for blob in background.blobs:
            red, green, blue, _ = resolve(blob.color, self.palette)
            colour = (red, green, blue, round(255 * blob.alpha))
            x = 1 - blob.x if self.rtl else blob.x
            spots.append((x, blob.y, blob.radius_x, blob.radius_y, colour))
        size = (self.sheet.width, self.sheet.height)
        grain = background.grain if self.sheet.grain else 0
        return Ground(size, self.colours(background.fill), tuple(spots), grain)

    def slab(self, box: Box) -> Slab:
        """Return what lies below the content of a box."""
        layer = box.layer
        return Slab(
            _frame(box),
            self.px(layer.radius),
            self.shadow(layer),
            _GLASS_BLUR * self.sheet.scale if layer.glass else 0,
            self.colours(layer.fill) if layer.fill else (),
            self.colours(layer.border)[0] if layer.border else None,
            max(1, self.px(layer.border_width)),
            self.icon(layer),
        )

    def shadow(self, layer: Layer) -> Shadow | None:
        if not layer.shadow or layer.emoji is not None:  # an emoji casts its own
            return None
        blur, drop = self.px(layer.shadow_blur), self.px(layer.shadow_drop)
        return Shadow(self.colours(layer.shadow)[0], blur, drop)

    def icon(self, layer: Layer) -> Icon | None:
        if layer.icon is None:
            return None
        mirrored = self.rtl and layer.icon in {"arrow", "quote"}
        return Icon(layer.icon, self.colours(layer.color or "ink"), mirrored)

    def colours(self, paint: Paint) -> tuple[Rgba, ...]:
        """Resolve one colour, or the two of a gradient."""
        names = (paint,) if isinstance(paint, str) else paint
        return tuple(resolve(name, self.palette) for name in names)

    def px(self, length: float) -> int:
        return round(length * self.sheet.scale)

    def paint(self, canvas: Canvas, box: Box) -> None:
        """Paint one box without its children."""
        plate.paint(canvas, self.slab(box))
        if box.block is not None:
            self.paint_text(canvas, box)
        for kind, painter in self.painters.items():
            if getattr(box.layer, kind) is not None:
                painter(canvas, box)

    def paint_text(self, canvas: Canvas, box: Box) -> None:
        style, block = box.style, box.block
        if style is None or block is None:
            return
        plain = self.colours(box.layer.color or style.color)
        hot = self.colours(style.hot) if style.hot else plain
        if self.measure:
            parts = text.regions(block, self.place(box))
            ratios = (
                worst_contrast(canvas.image, frame, hot if is_hot else plain)
                for frame, is_hot in parts
            )
            self.contrasts[id(box)] = min(ratios, default=math.inf)
        text.draw(canvas, block, self.place(box), text.Ink(plain, hot))

    def place(self, box: Box) -> text.Place:
        """Where the lines of a text box go inside its padding."""
        top, right, bottom, left = box.sides
        block, style = box.block, box.style
        assert block is not None  # noqa: S101 - narrows the type
        assert style is not None  # noqa: S101 - narrows the type
        spare = box.height - top - bottom - block.height
        y = box.y + top + {"center": spare / 2, "end": spare}.get(box.layer.justify, 0.0)
        if self.rtl:
            left, right = right, left
        align = {"start": "left", "end": "right"}.get(style.align, "center")
        if self.rtl:
            align = {"left": "right", "right": "left"}.get(align, align)
        return text.Place(box.x + left, y, box.width - left - right, align)

    def paint_emoji(self, canvas: Canvas, box: Box) -> None:
        layer = box.layer
        size = min(box.width, box.height)
        glyph = self.emoji(box.text.text, size * _EMOJI_EM)
        if glyph is None:
            self.lost += 1
            return
        shade = self.colours(layer.shadow)[0] if layer.shadow else None
        middle = (box.x + box.width / 2, box.y + box.height / 2)
        canvas.emoji(glyph, middle, layer.tilt, shade, self.px(layer.shadow_blur))

    def emoji(self, cluster: str, size: float) -> Stamp | None:
        """Draw a colour emoji; None: the fonts have none for it."""
        found = runs(cluster, [0] * len(cluster), [False] * len(cluster), Voice(self.sheet.library))
        if not found or not found[0].face.in_colour or not found[0].glyphs:
            return None
        return emoji(found[0].face, found[0].glyphs[0].id, round(size))

    def paint_picture(self, canvas: Canvas, box: Box) -> None:
        frame = _frame(box)
        image = self.sheet.content.pictures[box.text.text]
        canvas.picture(cover(image, frame[2:]), frame, self.px(box.layer.radius))

    def paint_bar(self, canvas: Canvas, box: Box) -> None:
        x, y, width, height = _frame(box)
        done = max(height, round(width * min(1.0, float(box.text.text))))
        left = x + width - done if self.rtl else x
        colours = self.colours(box.layer.color or "ink")
        canvas.fill(colours, (left, y, done, height), height // 2)

    def paint_code(self, canvas: Canvas, box: Box) -> None:
        x, y, width, height = _frame(box)
        mask = code.mask(box.text.text, min(width, height))
        spare = (width - mask.width) // 2
        canvas.stamp(self.colours(box.layer.color or "ink"), mask, x + spare, y + spare)


def worst_contrast(image: Image.Image, frame: Frame, inks: Iterable[Rgba]) -> float:
    """Return the least contrast of any ink with any cell of what lies behind a frame."""
    x, y, width, height = frame
    behind = image.crop((x, y, x + width, y + height)).resize(_CELLS, Image.Resampling.BOX)
    data = behind.tobytes()
    cells = {tuple(data[n : n + 3]) for n in range(0, len(data), 3)}
    return min(contrast(over(ink, cell), cell) for ink in inks for cell in cells)


def _holds(box: Box) -> bool:
    """Whether a box has content of its own, which differs from card to card."""
    layer = box.layer
    return any((layer.text, layer.emoji, layer.image, layer.bar, layer.qr))


def _frame(box: Box) -> Frame:
    x, y = round(box.x), round(box.y)
    return x, y, round(box.x + box.width) - x, round(box.y + box.height) - y
