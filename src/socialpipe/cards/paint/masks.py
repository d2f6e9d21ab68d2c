"""Masks (mode L), antialiased and cached: rounded boxes, soft shadows, icons."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter

_OVER = 4  # drawn so many times larger, then reduced: Pillow's own edges are jagged
_SOFT = 4  # shadows are blurred at a fraction of their size


@lru_cache(maxsize=8)  # up to 0.3 MB each
def rounded(width: int, height: int, radius: int) -> Image.Image:
    """Return a filled rounded rectangle."""
    mask = Image.new("L", (width, height), 255)
    radius = min(radius, width // 2, height // 2)
    if radius < 1:
        return mask
    corner = _corner(radius)
    mask.paste(corner, (0, 0))
    mask.paste(corner.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (width - radius, 0))
    lower = corner.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    mask.paste(lower, (0, height - radius))
    mask.paste(lower.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (width - radius, height - radius))
    return mask


def _corner(radius: int) -> Image.Image:
    side = radius * _OVER
    large = Image.new("L", (side, side), 0)
    ImageDraw.Draw(large).ellipse((0, 0, 2 * side - 1, 2 * side - 1), fill=255)
    return large.reduce(_OVER)


def outline(width: int, height: int, radius: int, line: int) -> Image.Image:
    """Return the edge of a rounded rectangle, `line` px thick, inside it."""
    mask = rounded(width, height, radius).copy()
    inner = (width - 2 * line, height - 2 * line)
    if min(inner) > 0:
        mask.paste(0, (line, line), rounded(*inner, max(0, radius - line)))
    return mask


@lru_cache(maxsize=1)  # rows of a list have the same; up to 0.5 MB
def shadow(width: int, height: int, radius: int, blur: int) -> Image.Image:
    """Return the shadow of a rounded rectangle, 2 × `blur` px larger on every side."""
    return soften(rounded(width, height, radius), blur)


def soften(mask: Image.Image, blur: int) -> Image.Image:
    """Blur a mask into a canvas 2 × `blur` px larger on every side."""
    width, height = mask.width + 4 * blur, mask.height + 4 * blur
    canvas = Image.new("L", (width, height), 0)
    canvas.paste(mask, (2 * blur, 2 * blur))
    small = canvas.resize((max(1, width // _SOFT), max(1, height // _SOFT)), Image.Resampling.BOX)
    soft = small.filter(ImageFilter.GaussianBlur(blur / _SOFT))
    return soft.resize((width, height), Image.Resampling.BICUBIC)


# Icons as strokes in a square of 100: points of each line, drawn with round ends.
_STROKES: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "check": (((27, 52), (43, 68), (74, 35)),),
    "arrow": (((18, 50), (82, 50)), ((56, 24), (82, 50), (56, 76))),
    "cross": (((32, 32), (68, 68)), ((68, 32), (32, 68))),
}


@lru_cache(maxsize=32)
def icon(name: str, size: int) -> Image.Image:
    """Return an icon: check, arrow, cross, dot or quote."""
    side = size * _OVER
    large = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(large)
    if name == "dot":
        draw.ellipse((0.3 * side, 0.3 * side, 0.7 * side, 0.7 * side), fill=255)
    elif name == "quote":
        _quote(draw, side)
    for line in _STROKES.get(name, ()):
        _stroke(draw, [(x * side / 100, y * side / 100) for x, y in line], side * 0.1)
    return large.reduce(_OVER)


def _stroke(draw: ImageDraw.ImageDraw, points: list[tuple[float, float]], width: float) -> None:
    draw.line(points, fill=255, width=round(width), joint="curve")
    for x, y in (points[0], points[-1]):
        half = width / 2
        draw.ellipse((x - half, y - half, x + half, y + half), fill=255)


def _quote(draw: ImageDraw.ImageDraw, side: int) -> None:
    """Draw an opening double quotation mark: two drops with tails."""
    for left in (0.02, 0.54):
        x, radius = left * side, 0.22 * side
        y = 0.42 * side
        draw.ellipse((x, y, x + 2 * radius, y + 2 * radius), fill=255)
        draw.polygon(
            [
                (x, y + radius),
                (x + 0.06 * side, y - 0.10 * side),
                (x + 0.26 * side, 0.12 * side),
                (x + 0.34 * side, 0.20 * side),
                (x + 0.2 * side, y - 0.02 * side),
                (x + 0.16 * side, y + 0.1 * side),
            ],
            fill=255,
        )
