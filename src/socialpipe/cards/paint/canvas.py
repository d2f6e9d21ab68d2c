"""The canvas: everything that a layer can put on a card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from PIL import Image, ImageFilter

from socialpipe.cards.colour import Rgba
from socialpipe.cards.paint import masks
from socialpipe.cards.paint.backdrop import gradient
from socialpipe.cards.strips import ROW, Overlay, Strips
from socialpipe.cards.typeset.raster import Stamp

_LARGE = 400_000  # px²: a ground for a larger mask would take much memory
_SOFT = 4  # glass is blurred at a fraction of its size

Frame = tuple[int, int, int, int]  # x, y, width, height, px


class Canvas:
    """A Pillow image and the ways to draw on it. Colours are one, or two for a gradient."""

    def __init__(self, image: Image.Image, strips: Strips | None = None) -> None:
        self.image = image
        self.painted: set[int] = set()  # rows of so many px, as strips have them
        self.overlay = Overlay(strips, self.painted) if strips else None

    def paste(
        self,
        source: Image.Image | tuple[int, int, int],
        box: tuple[int, int, int, int],
        mask: Image.Image | None = None,
    ) -> None:
        """Put a picture or a colour into a box (left, top, right, bottom), through a mask."""
        self.image.paste(source, box, mask)
        self.painted.update(range(max(0, box[1]) // ROW, -(-box[3] // ROW)))

    def lay(self, image: Image.Image, x: int, y: int, mask: Image.Image | None = None) -> None:
        """Put a picture at a place, through a mask of its own size."""
        self.paste(image, (x, y, x + image.width, y + image.height), mask)

    def stamp(self, colours: Sequence[Rgba], mask: Image.Image, x: int, y: int) -> None:
        """Let a colour through a mask."""
        alpha = colours[0][3] if len(colours) == 1 else 255
        if len(colours) == 1 and mask.width * mask.height > _LARGE:
            box = (x, y, x + mask.width, y + mask.height)
            self.paste(colours[0][:3], box, _faded(mask, alpha))
            return
        # Pillow pastes an image through a mask in half the time that it takes for a colour.
        ground = gradient(mask.size, tuple(colours), down=True)
        self.lay(ground, x, y, _faded(mask, alpha))

    def fill(self, colours: Sequence[Rgba], frame: Frame, radius: int) -> None:
        """Fill a rounded box."""
        x, y, width, height = frame
        if len(colours) > 1:
            ground = gradient((width, height), tuple(colours))
            self.lay(ground, x, y, masks.rounded(width, height, radius))
        elif colours[0][3] < 255:
            self.stamp(colours, masks.rounded(width, height, radius), x, y)
        else:
            self.fill_solid(colours[0], frame, radius)

    def fill_solid(self, colour: Rgba, frame: Frame, radius: int) -> None:
        """Fill a rounded box with an opaque colour: only its round ends need a mask."""
        x, y, width, height = frame
        radius = min(radius, width // 2, height // 2)
        self.paste(colour[:3], (x, y + radius, x + width, y + height - radius))
        if radius:
            mask = masks.rounded(width, height, radius)
            for top in (0, height - radius):
                self.stamp([colour], mask.crop((0, top, width, top + radius)), x, y + top)

    def outline(self, colour: Rgba, frame: Frame, radius: int, line: int) -> None:
        """Draw the edge of a rounded box."""
        x, y, width, height = frame
        self.stamp([colour], masks.outline(width, height, radius, line), x, y)

    def shadow(self, colour: Rgba, frame: Frame, radius: int, blur: int, drop: int) -> None:
        """Draw the soft shadow of a rounded box, `drop` px below it."""
        x, y, width, height = frame
        mask = masks.shadow(width, height, radius, blur)
        self.stamp([colour], mask, x - 2 * blur, y - 2 * blur + drop)

    def glass(self, frame: Frame, radius: int, blur: float) -> None:
        """Blur what lies behind a rounded box."""
        x, y, width, height = frame
        behind = self.image.crop((x, y, x + width, y + height)).reduce(_SOFT)
        soft = behind.filter(ImageFilter.GaussianBlur(blur / _SOFT))
        soft = soft.resize((width, height), Image.Resampling.BICUBIC)
        self.lay(soft, x, y, masks.rounded(width, height, radius))

    def picture(self, image: Image.Image, frame: Frame, radius: int) -> None:
        """Put a picture into a rounded box of its own size."""
        x, y, width, height = frame
        self.lay(image, x, y, masks.rounded(width, height, radius) if radius else None)

    def emoji(
        self, stamp: Stamp, middle: tuple[float, float], tilt: float, shade: Rgba | None, blur: int
    ) -> None:
        """Draw a colour emoji around a point, tilted by degrees, over its own soft shadow."""
        image, shadow = _tilted(stamp, tilt, blur)
        x, y = (round(at - side / 2) for at, side in zip(middle, image.size, strict=True))
        if shade is not None:
            self.stamp([shade], shadow, x - 2 * blur, y - 2 * blur + blur // 2)
        self.lay(image, x, y, image)

    def stamps(self, stamps: Iterable[tuple[Stamp, int, int]]) -> None:
        """Paste colour glyphs at their origins."""
        for stamp, x, y in stamps:
            self.lay(stamp.image, x + stamp.left, y + stamp.top, stamp.image)


@lru_cache(maxsize=6)
def _tilted(stamp: Stamp, tilt: float, blur: int) -> tuple[Image.Image, Image.Image]:
    """Return an emoji, tilted by degrees, and the mask of its soft shadow."""
    image = stamp.image
    if tilt:
        image = image.rotate(tilt, Image.Resampling.BICUBIC, expand=True)
    return image, masks.soften(image.getchannel("A"), blur)


def _faded(mask: Image.Image, alpha: int) -> Image.Image:
    return mask if alpha == 255 else mask.point([value * alpha // 255 for value in range(256)])
