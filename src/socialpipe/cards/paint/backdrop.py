"""Backgrounds: flat, gradient, or a mesh of soft colour blobs with a little grain."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

from PIL import Image, ImageChops, ImageFilter

from socialpipe.cards.colour import Rgba

_SMALL = 8  # a mesh is drawn at a fraction of its size: it has no detail
_TILE = 256  # px; the grain repeats after it, too fine to see

Spot = tuple[float, float, float, float, Rgba]  # x, y, radii as shares of the card; colour


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies below everything; `grain` is the standard deviation of its noise, 0 to 255."""

    size: tuple[int, int]
    fill: tuple[Rgba, ...]
    spots: tuple[Spot, ...] = ()
    grain: float = 0


def backdrop(ground: Ground) -> Image.Image:
    """Return the ground of a card (mode RGB), to be drawn on."""
    if ground.spots:
        mesh = _mesh(ground.size, ground.fill, ground.spots)
        image = mesh.resize(ground.size, Image.Resampling.BICUBIC)
    else:
        image = gradient(ground.size, ground.fill)
    return _grainy(image, ground.grain) if ground.grain else image


def gradient(
    size: tuple[int, int], colours: tuple[Rgba, ...], *, down: bool = False
) -> Image.Image:
    """Return a ground in one colour, or running between two: downwards or to the lower right."""
    if len(colours) == 1:
        return Image.new("RGB", size, colours[0][:3])
    first, last = colours[0][:3], colours[-1][:3]
    middle = tuple((a + b) // 2 for a, b in zip(first, last, strict=True))
    small = Image.new("RGB", (2, 2))
    small.putdata([first, first, last, last] if down else [first, middle, middle, last])
    # 1.5 px beyond the centres of the four pixels, so that the ends keep their colours
    return small.resize(size, Image.Resampling.BILINEAR, box=(0.5, 0.5, 1.5, 1.5))


@lru_cache(maxsize=16)  # up to 0.1 MB each
def _mesh(size: tuple[int, int], fill: tuple[Rgba, ...], spots: tuple[Spot, ...]) -> Image.Image:
    """Return a mesh of colours at a fraction of its size."""
    width, height = (max(8, side // _SMALL) for side in size)
    ground = gradient((width, height), fill).copy()
    for x, y, radius_x, radius_y, colour in spots:
        box = (max(2, round(2 * radius_x * width)), max(2, round(2 * radius_y * height)))
        spot = _spot(colour[3]).resize(box, Image.Resampling.BILINEAR)
        ground.paste(
            colour[:3], (round((x - radius_x) * width), round((y - radius_y) * height)), spot
        )
    return ground.filter(ImageFilter.GaussianBlur(width / 24))


@lru_cache(maxsize=32)
def _spot(alpha: int) -> Image.Image:
    """Return a disc that fades smoothly from `alpha` to nothing."""

    def fade(distance: int) -> int:
        near = 1 - min(1.0, distance / 255)
        return round(alpha * near * near * (3 - 2 * near))

    return Image.radial_gradient("L").point([fade(value) for value in range(256)])


def _grainy(image: Image.Image, sigma: float) -> Image.Image:
    """Lay noise over an image, in place and tile by tile: whole copies would take much memory."""
    tile = _noise(sigma)
    for top in range(0, image.height, _TILE):
        for left in range(0, image.width, _TILE):
            part = image.crop((left, top, left + _TILE, top + _TILE))
            image.paste(ImageChops.add(part, tile, scale=1, offset=-128), (left, top))
    return image


@lru_cache(maxsize=2)
def _noise(sigma: float) -> Image.Image:
    """Return normal noise around 128; seeded, so that a card is the same every time."""
    normal = NormalDist(128, sigma)
    table = bytes(round(normal.inv_cdf((n + 0.5) / 256)) for n in range(256))
    data = random.Random(7).randbytes(_TILE * _TILE).translate(table)
    tile = Image.frombytes("L", (_TILE, _TILE), data)
    return Image.merge("RGB", (tile, tile, tile))
