"""Backgrounds: flat, gradient, or a mesh of soft colour blobs with a little grain."""

from __future__ import annotations

import random
from functools import lru_cache
from statistics import NormalDist

from PIL import Image, ImageChops, ImageFilter

from socialpipe.cards.colour import Rgba

_SMALL = 8  # a mesh is drawn at a fraction of its size: it has no detail
_TILE = 256  # px; the grain repeats after it, too fine to see

Spot = tuple[float, float, float, float, Rgba]  # x, y, radii as shares of the card; colour


def backdrop(
    size: tuple[int, int], fill: tuple[Rgba, ...], spots: tuple[Spot, ...], grain: float
) -> Image.Image:
    """Return the text-free ground of a card (mode RGB), to be drawn on."""
    is_flat = len(fill) == 1 and not spots and not grain
    return gradient(size, fill) if is_flat else _plate(size, fill, spots, grain).copy()


@lru_cache(maxsize=1)  # 3 MB at 1200×630, 8 MB as a story
def _plate(
    size: tuple[int, int], fill: tuple[Rgba, ...], spots: tuple[Spot, ...], grain: float
) -> Image.Image:
    ground = gradient(size, fill)
    if spots:
        ground = _mesh(size, fill, spots).resize(size, Image.Resampling.BICUBIC)
    return _grainy(ground, grain) if grain else ground


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


@lru_cache(maxsize=32)  # up to 0.1 MB each
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
    tile = _noise(sigma)
    noise = Image.new("L", image.size)
    for x in range(0, image.width, _TILE):
        for y in range(0, image.height, _TILE):
            noise.paste(tile, (x, y))
    return ImageChops.add(image, Image.merge("RGB", (noise, noise, noise)), scale=1, offset=-128)


@lru_cache(maxsize=8)
def _noise(sigma: float) -> Image.Image:
    """Return normal noise around 128; seeded, so that a card is the same every time."""
    normal = NormalDist(128, sigma)
    table = bytes(round(normal.inv_cdf((n + 0.5) / 256)) for n in range(256))
    data = random.Random(7).randbytes(_TILE * _TILE).translate(table)
    return Image.frombytes("L", (_TILE, _TILE), data)
