"""Turn a template's colours towards a brand's: another hue, as bright as before.

Colours are turned in OKLab (Björn Ottosson, "A perceptual color space for image processing", 2020).
Their luminance (WCAG 2.2) stays, so that what could be read can still be read.
"""

from __future__ import annotations

from functools import lru_cache
from math import atan2, cos, hypot, pi, sin
from typing import NamedTuple

from socialpipe.cards.colour import linear, luminance, parse

_NEAR = 0.25  # how far hues stay apart: the palette gathers around the brand's
_STEPS = 14  # of halving: to 1/16,000
_GREY = 0.004  # of chroma: less has no hue
_LIVELIEST = 1.25  # times as colourful as the template's own, at most


class _Lch(NamedTuple):
    light: float  # 0 to 1
    chroma: float  # 0 to about 0.32 in sRGB
    hue: float  # radians


@lru_cache(maxsize=512)
def turned(colour: str, key: str, brand: str) -> str:
    """Return a colour as it goes with `brand`, given that `key` is what the brand's replaces (hex).

    Hues near that of `key` come near the brand's; greys stay grey.
    """
    own, old, new = (_lch(parse(text)) for text in (colour, key, brand))
    if own.chroma < _GREY:
        return colour
    apart = (own.hue - old.hue + pi) % (2 * pi) - pi
    lively = min(_LIVELIEST, new.chroma / max(old.chroma, _GREY))
    red, green, blue = _as_bright(
        luminance(parse(colour)), own.chroma * lively, new.hue + _NEAR * apart
    )
    return f"#{red:02X}{green:02X}{blue:02X}{colour[7:]}"


def _as_bright(wanted: float, chroma: float, hue: float) -> tuple[int, int, int]:
    """Search the lightness that has a luminance; of chroma, keep what sRGB has."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if luminance(_inside(_Lch(middle, chroma, hue))) < wanted:
            low = middle
        else:
            high = middle
    return _inside(_Lch(high, chroma, hue))


def _inside(colour: _Lch) -> tuple[int, int, int]:
    """Return sRGB; a colour beyond it loses chroma until it is inside."""
    low, high = 0.0, 1.0
    if _fits(_linear_rgb(colour)):
        low = 1.0
    while high - low > 1 / 64:
        middle = (low + high) / 2
        if _fits(_linear_rgb(colour._replace(chroma=colour.chroma * middle))):
            low = middle
        else:
            high = middle
    red, green, blue = _linear_rgb(colour._replace(chroma=colour.chroma * low))
    return _byte(red), _byte(green), _byte(blue)


def _fits(channels: tuple[float, float, float]) -> bool:
    return all(-0.001 <= channel <= 1.001 for channel in channels)


def _lch(rgb: tuple[int, ...]) -> _Lch:
    red, green, blue = (linear(channel / 255) for channel in rgb[:3])
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    light = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return _Lch(light, hypot(a, b), atan2(b, a))


def _linear_rgb(colour: _Lch) -> tuple[float, float, float]:
    a, b = colour.chroma * cos(colour.hue), colour.chroma * sin(colour.hue)
    long = (colour.light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (colour.light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _byte(channel: float) -> int:
    channel = min(1.0, max(0.0, channel))
    curved = 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
    return round(255 * curved)
