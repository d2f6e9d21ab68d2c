"""The canvas: everything that a layer can put on a card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PIL import Image, ImageFilter

from socialpipe.cards.colour import Rgba
from socialpipe.cards.paint import masks
from socialpipe.cards.paint.backdrop import gradient
from socialpipe.cards.typeset.raster import Stamp

Frame = tuple[int, int, int, int]  # x, y, width, height, px


class Canvas:
    """A Pillow image and the ways to draw on it. Colours are one, or two for a gradient."""

    def __init__(self, image: Image.Image) -> None:
        self.image = image

    def stamp(self, colours: Sequence[Rgba], mask: Image.Image, x: int, y: int) -> None:
        """Let a colour through a mask."""
        if len(colours) == 1:
            self.image.paste(colours[0][:3], (x, y), _faded(mask, colours[0][3]))
        else:
            ground = gradient(mask.size, tuple(colours), down=True)
            self.image.paste(ground, (x, y), mask)

    def fill(self, colours: Sequence[Rgba], frame: Frame, radius: int) -> None:
        """Fill a rounded box."""
        x, y, width, height = frame
        mask = masks.rounded(width, height, radius)
        if len(colours) == 1:
            self.stamp(colours, mask, x, y)
        else:
            self.image.paste(gradient((width, height), tuple(colours)), (x, y), mask)

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
        behind = self.image.crop((x, y, x + width, y + height))
        soft = behind.filter(ImageFilter.GaussianBlur(blur))
        self.image.paste(soft, (x, y), masks.rounded(width, height, radius))

    def picture(self, image: Image.Image, frame: Frame, radius: int) -> None:
        """Put a picture into a rounded box of its own size."""
        x, y, width, height = frame
        self.image.paste(image, (x, y), masks.rounded(width, height, radius))

    def emoji(
        self, stamp: Stamp, middle: tuple[float, float], tilt: float, shade: Rgba | None, blur: int
    ) -> None:
        """Draw a colour emoji around a point, tilted by degrees, over its own soft shadow."""
        image = stamp.image
        if tilt:
            image = image.rotate(tilt, Image.Resampling.BICUBIC, expand=True)
        x, y = (round(at - side / 2) for at, side in zip(middle, image.size, strict=True))
        if shade is not None:
            soft = masks.soften(image.getchannel("A"), blur)
            self.stamp([shade], soft, x - 2 * blur, y - 2 * blur + blur // 2)
        self.image.paste(image, (x, y), image)

    def stamps(self, stamps: Iterable[tuple[Stamp, int, int]]) -> None:
        """Paste colour glyphs at their origins."""
        for stamp, x, y in stamps:
            self.image.paste(stamp.image, (x + stamp.left, y + stamp.top), stamp.image)


def _faded(mask: Image.Image, alpha: int) -> Image.Image:
    return mask if alpha == 255 else mask.point([value * alpha // 255 for value in range(256)])
