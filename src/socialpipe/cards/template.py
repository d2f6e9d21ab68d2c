"""What a card template says: tokens, themes, a background, styles and named layers.

The format is TOML; docs/cards.md describes it for designers. Lengths are pixels at the reference
size of a shape (SHAPES) and scale with the card.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from socialpipe.cards import colour, hue
from socialpipe.errors import Refused


class Shape(NamedTuple):
    """A family of card sizes; `width` and `height` are its reference size, px."""

    name: str
    width: int
    height: int
    narrowest: float  # least width / height that counts as this shape


SHAPES = (
    Shape("wide", 1200, 630, 1.35),
    Shape("square", 1080, 1080, 0.9),
    Shape("portrait", 1080, 1350, 0.7),
    Shape("pin", 1000, 1500, 0.62),
    Shape("story", 1080, 1920, 0.0),
)
# `tall` is every shape but wide
_WRITTEN = {"ink", "body", "soft", "accent"}  # tokens of text on the paper
_READABLE = 5.0  # contrast: some more than WCAG AA asks for, since the paper may glow
ROOT = "root"  # the layer that all others lie in
ThemeName = Literal["light", "dark"]
ShapeName = Literal["wide", "tall", "square", "portrait", "pin", "story"]

Length = float | Annotated[str, Field(pattern=r"^\d+(\.\d+)?%$")]  # px, or a share of the parent
Paint = str | tuple[str, str]  # a token or hex colour, or two for a gradient
Sides = tuple[float, float, float, float]  # top, right, bottom, left


def shape_of(width: int, height: int) -> Shape:
    """Return the shape that a size in px belongs to."""
    return next(shape for shape in SHAPES if width / height >= shape.narrowest)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Style(_Part):
    """How a text is set. `size`: smallest and largest, px; `leading` and `tracking`: em."""

    weight: int = Field(500, ge=100, le=900)
    hot_weight: int | None = Field(None, ge=100, le=900)
    size: tuple[float, float]
    leading: float = Field(1.3, ge=0.9, le=2)
    tracking: float = Field(0.0, ge=-0.1, le=0.3)
    lines: int = Field(99, ge=1)
    balance: bool = False
    align: Literal["start", "center", "end"] = "start"
    color: Paint = "ink"
    hot: Paint | None = None

    @field_validator("size")
    @classmethod
    def _ordered(cls, size: tuple[float, float]) -> tuple[float, float]:
        if not 0 < size[0] <= size[1]:
            raise ValueError("the smallest size comes first, and both are more than 0")
        return size


class Layer(_Part):
    """A named box, or a text, emoji, icon, bar, image or QR code in one."""

    parent: str = Field("root", alias="in")
    text: str | None = None
    style: str | None = None
    emoji: str | None = None
    icon: Literal["check", "arrow", "quote", "cross", "dot"] | None = None
    image: str | None = None
    bar: str | None = None
    qr: str | None = None
    color: Paint | None = None

    when: str | None = None
    unless: str | None = None
    repeat: str | None = None
    most: int = Field(9, ge=1)
    hide: bool = False
    spoken: bool = True  # part of the alt text

    flow: Literal["row", "col", "stack"] = "col"
    gap: float = 0
    pad: Sides | tuple[float, float] | float = 0
    align: Literal["start", "center", "end", "stretch"] = "stretch"
    justify: Literal["start", "center", "end", "between"] = "start"
    grow: float = 0
    order: float = 0  # among siblings; equal ones stand as the file has them
    width: Length | None = None
    height: Length | None = None
    max_width: Length | None = None
    max_height: Length | None = None
    size: float | None = None
    offset: tuple[float, float] = (0, 0)

    fill: Paint | None = None
    radius: float = 0
    border: str | None = None
    border_width: float = 2
    shadow: str | None = None
    shadow_blur: float = 24
    shadow_drop: float = 12
    glass: bool = False
    tilt: float = 0

    @cached_property
    def is_free(self) -> bool:
        """Whether nothing fixes its size."""
        return self.width is None and self.height is None and self.size is None

    @cached_property
    def sides(self) -> Sides:
        """Padding as top, right, bottom, left."""
        if isinstance(self.pad, tuple):
            return self.pad if len(self.pad) == 4 else (*self.pad, *self.pad)
        return (self.pad, self.pad, self.pad, self.pad)


class Blob(NamedTuple):
    """A soft spot of a mesh gradient; place and radii as shares of the card, alpha 0 to 1."""

    x: float
    y: float
    radius_x: float
    radius_y: float
    color: str
    alpha: float


class Background(_Part):
    """What lies below all layers. `grain`: standard deviation of the noise, 0 to 255."""

    fill: Paint = "paper"
    blobs: tuple[Blob, ...] = ()
    grain: float = Field(0, ge=0, le=20)


class About(_Part):
    """What the template is for. `needs`: content without which it makes no sense."""

    title: str
    needs: tuple[str, ...] = ("headline",)
    theme: ThemeName = "light"
    slides: Literal["one", "carousel"] = "one"


class Override(_Part):
    """What differs at one shape: keys of styles, layers and the background."""

    style: dict[str, dict[str, object]] = {}
    layer: dict[str, dict[str, object]] = {}
    background: dict[str, object] = {}


class Template(_Part):
    """A whole template, checked."""

    name: str
    card: About
    tokens: dict[str, str] = {}
    theme: dict[ThemeName, dict[str, str]] = {}
    background: Background = Background()
    style: dict[str, Style] = {}
    layer: dict[str, Layer]
    at: dict[ShapeName, Override] = {}

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """Name the layers in each layer, in their order."""
        found: dict[str, list[str]] = {name: [] for name in self.layer}
        for name in sorted(self.layer, key=lambda key: self.layer[key].order):
            if name != ROOT:
                found[self.layer[name].parent].append(name)
        return found

    def palette(self, theme: str | None = None) -> dict[str, str]:
        """Return the tokens of a theme; None: the template's own."""
        wanted = theme if theme in self.theme else self.card.theme
        return {**self.tokens, **self.theme.get(wanted, {})}

    def branded(self, theme: str | None, colours: Mapping[str, str]) -> dict[str, str]:
        """Return the tokens of a theme with a brand's own, made readable on the paper.

        All others turn towards the brand's accent. Raises Refused for what is no colour.
        """
        for name, value in colours.items():
            if not colour.is_hex(value):
                raise Refused(f"{name} = {value!r} is no colour.", "Write it as #RRGGBB.")
        palette = self.palette(theme)
        known = {name: value for name, value in colours.items() if name in palette}
        if "accent" in known:
            key, brand = palette["accent"], known["accent"]
            palette = {name: hue.turned(value, key, brand) for name, value in palette.items()}
        palette |= known
        written = _WRITTEN & palette.keys() if "paper" in known else set()
        for name in sorted((known.keys() | written) - {"paper"}):
            ground = palette.get("paper", palette[name])
            palette[name] = colour.readable(palette[name], ground, _READABLE)
        return palette

    def themes(self) -> tuple[str, ...]:
        """Name the themes that it can be drawn in."""
        return tuple(sorted(self.theme)) or (self.card.theme,)


def resolve(paint: str, palette: dict[str, str]) -> colour.Rgba:
    """Turn a token or a hex colour into numbers; `token/40` is the token at 40 % opacity."""
    name, _, share = paint.partition("/")
    red, green, blue, alpha = colour.parse(palette.get(name, name))
    return (
        (red, green, blue, round(255 * float(share) / 100)) if share else (red, green, blue, alpha)
    )
