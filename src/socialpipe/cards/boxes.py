"""Boxes: the layers of a template, filled with content; repeated and left out as they ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from socialpipe.cards.content import Content
from socialpipe.cards.loading import style_of
from socialpipe.cards.names import NAME
from socialpipe.cards.template import ROOT, Layer, Sides, Style, Template
from socialpipe.cards.typeset.fonts import Library
from socialpipe.cards.typeset.paragraph import Block, Fitting
from socialpipe.cards.typeset.quotes import typographic
from socialpipe.cards.typeset.rich import Rich
from socialpipe.cards.typeset.shape import Voice

_NO_TEXT = Rich("")
BEYOND = 1e6  # px: no limit


@dataclass(eq=False)
class Box:
    """One layer at its place, px. Only layout changes it."""

    name: str
    layer: Layer
    children: list[Box] = field(default_factory=list)
    sides: Sides = (0, 0, 0, 0)  # its padding: top, right, bottom, left
    text: Rich = _NO_TEXT
    printed: Rich = _NO_TEXT  # the text with typographic marks
    style: Style | None = None
    voice: Voice | None = None
    fitting: Fitting | None = None  # the last one that was asked for
    block: Block | None = None
    most: float = BEYOND  # largest text size, px: what its siblings agreed on
    whole: float = 0  # height inside its parent: what a share of the height refers to
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0

    def walk(self) -> list[Box]:
        """Return this box and all boxes in it, in the order of painting."""
        out, waiting = [], [self]
        while waiting:
            box = waiting.pop()
            out.append(box)
            waiting.extend(reversed(box.children))
        return out


@dataclass(frozen=True)
class Sheet:
    """What a layout is made for: template, content, fonts and scale (px per reference px)."""

    template: Template
    content: Content
    library: Library
    scale: float
    width: int
    height: int
    grain: bool = True  # noise where the template asks for it


def build(sheet: Sheet) -> Box:
    """Make the tree of boxes of a card."""
    return next(iter(_build(sheet, ROOT, {})), Box(ROOT, sheet.template.layer[ROOT]))


def _build(sheet: Sheet, name: str, item: Mapping[str, Rich]) -> list[Box]:
    """Make the boxes of a layer: none when it lacks its content, several when it repeats."""
    layer = sheet.template.layer[name]
    if layer.hide or not _wanted(layer, sheet.content, item):
        return []
    if layer.repeat is None:
        return _one(sheet, name, layer, item)
    items = sheet.content.lists.get(layer.repeat, ())[: layer.most]
    return [box for each in items for box in _one(sheet, name, layer, each)]


def _wanted(layer: Layer, content: Content, item: Mapping[str, Rich]) -> bool:
    if layer.when and not (content.has(layer.when) or layer.when in item):
        return False
    return not (layer.unless and (content.has(layer.unless) or layer.unless in item))


def _one(sheet: Sheet, name: str, layer: Layer, item: Mapping[str, Rich]) -> list[Box]:
    source = layer.text or layer.emoji or layer.qr or layer.bar or layer.image
    text = _filled(source, sheet.content, item) if source else Rich("")
    if text is None:
        return []
    children = [
        box for child in sheet.template.children[name] for box in _build(sheet, child, item)
    ]
    is_empty_group = source is None and not children and bool(sheet.template.children[name])
    return [] if is_empty_group else [_box(sheet, name, layer, children, text)]


def _box(sheet: Sheet, name: str, layer: Layer, children: list[Box], text: Rich) -> Box:
    top, right, bottom, left = (side * sheet.scale for side in layer.sides)
    box = Box(name, layer, children, (top, right, bottom, left), text)
    if layer.text is not None:
        style = style_of(sheet.template, layer)
        hot = style.hot_weight or style.weight
        box.style = style
        box.voice = Voice(sheet.library, style.weight, hot, style.tracking)
        box.printed = typographic(text, sheet.content.language)
    return box


def _filled(source: str, content: Content, item: Mapping[str, Rich]) -> Rich | None:
    """Put values into a text such as "{n} · {item}"; None: one of them is missing."""
    names = NAME.findall(source)
    values = {name: item.get(name) or content.values.get(name) for name in names}
    if any(value is None for value in values.values()):
        return None
    if len(names) == 1 and source == f"{{{names[0]}}}":
        return values[names[0]]
    return Rich(NAME.sub(lambda match: (values[match[1]] or Rich("")).text, source))
