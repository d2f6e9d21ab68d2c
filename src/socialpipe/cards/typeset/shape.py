"""Shaping: text becomes glyphs with places, in em, so that size plays no part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import regex
import uharfbuzz as hb

from socialpipe.cards.typeset.clusters import clusters
from socialpipe.cards.typeset.fonts import Face, Library

EMOJI_SIZE = 0.86  # of the text's size: as tall as capitals with their air
_EMOJI_LIFT = 0.055  # em: centres emoji on capitals
# Letter-spacing would tear the strokes or marks of every other script.
_SPACED_SCRIPTS = regex.compile(
    r"^(?:[\p{Latin}\p{Greek}\p{Cyrillic}\p{Hangul}\p{Han}\p{Hiragana}\p{Katakana}]|\P{L})*$"
)


class Glyph(NamedTuple):
    """A glyph of a font at its place relative to the run's origin, em, y upwards."""

    id: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Run:
    """Shaped text in one face and one direction. `bearing`: em left of the first glyph's ink."""

    face: Face
    weight: int
    glyphs: tuple[Glyph, ...]
    advance: float
    bearing: float = 0.0
    level: int = 0
    hot: bool = False
    missing: int = 0

    @property
    def scale(self) -> float:
        """Size of its glyphs relative to the text's."""
        return EMOJI_SIZE if self.face.in_colour else 1.0


@dataclass(frozen=True, slots=True)
class Voice:
    """How a text is set, whatever its size; tracking in em."""

    library: Library
    weight: int = 600
    hot_weight: int = 700
    tracking: float = 0.0


def runs(text: str, levels: Sequence[int], hot: Sequence[bool], voice: Voice) -> tuple[Run, ...]:
    """Shape one piece of text; each cluster goes to the first font that has all of it."""
    out: list[Run] = []
    start = at = 0
    last: tuple[Face | None, int, bool] | None = None
    for cluster in clusters(text):
        weight = voice.hot_weight if hot[at] else voice.weight
        trait = (voice.library.face(cluster, weight), levels[at], hot[at])
        if last is not None and trait != last:
            out.append(_run(text[start:at], *last, voice))
            start = at
        last = trait
        at += len(cluster)
    if last is not None:
        out.append(_run(text[start:], *last, voice))
    return tuple(out)


@lru_cache(maxsize=1024)  # an article says the same words on all its cards
def _run(text: str, face: Face | None, level: int, hot: bool, voice: Voice) -> Run:  # noqa: FBT001
    """Shape text of one face, one level, one emphasis: what HarfBuzz is given at once."""
    if face is None:
        return _nothing(text, level, voice)
    weight = voice.hot_weight if hot else voice.weight
    tracking = voice.tracking if voice.tracking and _SPACED_SCRIPTS.match(text) else 0.0
    em, lift = (face.upem / EMOJI_SIZE, _EMOJI_LIFT) if face.in_colour else (face.upem, 0.0)
    font = face.at(weight)
    buffer = _buffer(text, font, level, voice.library.language)
    glyphs, x = [], 0.0
    for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        glyphs.append(Glyph(info.codepoint, x + at.x_offset / em, at.y_offset / em + lift))
        x += at.x_advance / em + (tracking if at.x_advance else 0.0)
    bearing = 0.0 if face.in_colour else _bearing(font, glyphs, face.upem)
    return Run(face, weight, tuple(glyphs), x, bearing, level, hot)


def _buffer(text: str, font: hb.Font, level: int, language: str) -> hb.Buffer:
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if level % 2 else "ltr"
    buffer.language = language
    hb.shape(font, buffer)
    return buffer


def _nothing(text: str, level: int, voice: Voice) -> Run:
    """Stand for text that no font has: drawn as nothing, and counted."""
    missing = len(clusters(text))
    return Run(voice.library.pretendard, voice.weight, (), 0.0, level=level, missing=missing)


def _bearing(font: hb.Font, glyphs: Sequence[Glyph], upem: int) -> float:
    extents = font.get_glyph_extents(glyphs[0].id) if glyphs else None
    return float(extents.x_bearing) / upem if extents else 0.0
