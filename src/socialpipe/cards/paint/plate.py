"""Plates: all of a card that is no content. Brands draw on few of them again and again."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from socialpipe.cards import memory
from socialpipe.cards.colour import Rgba
from socialpipe.cards.paint import masks
from socialpipe.cards.paint.backdrop import Ground, backdrop
from socialpipe.cards.paint.canvas import Canvas, Frame
from socialpipe.cards.strips import Strips, strips


@dataclass(frozen=True, slots=True)
class Shadow:
    """A soft shadow, `drop` px below its box."""

    colour: Rgba
    blur: int
    drop: int


@dataclass(frozen=True, slots=True)
class Icon:
    """A drawn sign; `mirrored` where texts run to the left."""

    name: str
    colours: tuple[Rgba, ...]
    mirrored: bool


@dataclass(frozen=True, slots=True)
class Slab:
    """A box without its content: shadow, glass (its blur, px), fill, edge, icon, in this order."""

    frame: Frame
    radius: int = 0
    shadow: Shadow | None = None
    glass: float = 0
    fill: tuple[Rgba, ...] = ()
    edge: Rgba | None = None
    line: int = 0
    icon: Icon | None = None

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing to see."""
        return not (self.shadow or self.glass or self.fill or self.edge or self.icon)


def paint(canvas: Canvas, slab: Slab) -> None:
    """Draw a slab."""
    if slab.shadow:
        shadow = slab.shadow
        canvas.shadow(shadow.colour, slab.frame, slab.radius, shadow.blur, shadow.drop)
    if slab.glass:
        canvas.glass(slab.frame, slab.radius, slab.glass)
    if slab.fill:
        canvas.fill(slab.fill, slab.frame, slab.radius)
    if slab.edge:
        canvas.outline(slab.edge, slab.frame, slab.radius, slab.line)
    if slab.icon:
        _paint_icon(canvas, slab.icon, slab.frame)


def _paint_icon(canvas: Canvas, icon: Icon, frame: Frame) -> None:
    x, y, width, height = frame
    mask = masks.icon(icon.name, min(width, height))
    if icon.mirrored:
        mask = mask.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    canvas.stamp(icon.colours, mask, x, y)


@dataclass(slots=True, eq=False)
class Plate:
    """A finished plate; its strips are made when it is met again."""

    image: Image.Image
    strips: Strips | None = None

    @property
    def pixels(self) -> int:
        return self.image.width * self.image.height


_KEPT_PIXELS = 1_700_000  # of plates, 4 bytes each: two landscapes or one portrait
_kept: dict[tuple[Ground, tuple[Slab, ...]], Plate] = {}


def plate(ground: Ground, slabs: tuple[Slab, ...]) -> Canvas:
    """Return a canvas with ground and slabs, to be drawn on; the last plates are kept."""
    key = (ground, slabs)
    known = _kept.pop(key, None)
    if known is None:
        return _new(ground, slabs)
    known.strips = known.strips or strips(known.image)
    _kept[key] = known
    return Canvas(known.image.copy(), known.strips)


def _new(ground: Ground, slabs: tuple[Slab, ...]) -> Canvas:
    pixels = ground.size[0] * ground.size[1]
    _make_room(pixels)
    made = Plate(_drawn(ground, slabs))
    if pixels > _KEPT_PIXELS:
        return Canvas(made.image)
    _kept[ground, slabs] = made
    return Canvas(made.image.copy())


def _make_room(pixels: int) -> None:
    """Drop the plates that have not been used for longest."""
    while _kept and pixels + sum(one.pixels for one in _kept.values()) > _KEPT_PIXELS:
        _kept.pop(next(iter(_kept)), None)
    memory.make_room(pixels)


def _drawn(ground: Ground, slabs: tuple[Slab, ...]) -> Image.Image:
    canvas = Canvas(backdrop(ground))
    for slab in slabs:
        paint(canvas, slab)
    return canvas.image
