"""Colours: hex notation, mixing, and contrast as WCAG 2.2 defines it."""

from __future__ import annotations

import re

Rgba = tuple[int, int, int, int]
_HEX = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$")


def is_hex(text: str) -> bool:
    """Whether it is #RGB, #RRGGBB or #RRGGBBAA."""
    return bool(_HEX.match(text))


def parse(text: str) -> Rgba:
    """Read a colour that `is_hex` accepts."""
    digits = text[1:]
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    red, green, blue, alpha = bytes.fromhex(digits.ljust(8, "f"))
    return red, green, blue, alpha


def luminance(rgb: tuple[int, ...]) -> float:
    """Relative luminance, 0 black to 1 white (WCAG 2.2)."""
    red, green, blue = (linear(channel / 255) for channel in rgb[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def over(top: Rgba, below: tuple[int, ...]) -> Rgba:
    """Lay a translucent colour over an opaque one."""
    alpha = top[3] / 255
    red, green, blue = (
        round(a * alpha + b * (1 - alpha)) for a, b in zip(top[:3], below[:3], strict=True)
    )
    return red, green, blue, 255


def readable(text: str, ground: str, least: float = 4.5) -> str:
    """Move a colour towards black or white until it can be read on a ground; both hex."""
    ink, paper = parse(text), parse(ground)
    goal = (0, 0, 0) if luminance(paper) > 0.18 else (255, 255, 255)
    for step in range(21):
        mixed = over((*goal, round(255 * step / 20)), ink)
        if contrast(mixed, paper) >= least:
            break
    return f"#{mixed[0]:02X}{mixed[1]:02X}{mixed[2]:02X}"


def linear(channel: float) -> float:
    """Return how much light a channel of sRGB stands for, both 0 to 1."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
