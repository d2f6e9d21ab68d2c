"""Shaping: text becomes glyphs with places, in em, so that size plays no part and all is cached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

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


@dataclass(frozen=True, slots=True)
class Glyph:
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
    out = []
    for (face, level, is_hot), group in groupby(_traits(text, levels, hot, voice), _key):
        part = "".join(cluster for cluster, *_ in group)
        if face is None:
            out.append(_nothing(part, level, voice))
        else:
            out.append(_shaped(_Part(part, face, level, is_hot, voice)))
    return tuple(out)


_Trait = tuple[str, Face | None, int, bool]


def _key(trait: _Trait) -> tuple[Face | None, int, bool]:
    return trait[1:]


def _traits(
    text: str, levels: Sequence[int], hot: Sequence[bool], voice: Voice
) -> Iterator[_Trait]:
    at = 0
    for cluster in clusters(text):
        weight = voice.hot_weight if hot[at] else voice.weight
        yield cluster, voice.library.face(cluster, weight), levels[at], hot[at]
        at += len(cluster)


@dataclass(frozen=True, slots=True)
class _Part:
    """Text of one face, one level, one emphasis: what HarfBuzz is given at once."""

    text: str
    face: Face
    level: int
    hot: bool
    voice: Voice

    @property
    def weight(self) -> int:
        return self.voice.hot_weight if self.hot else self.voice.weight


@lru_cache(maxsize=1024)
def _shaped(part: _Part) -> Run:
    face, weight = part.face, part.weight
    tracking = part.voice.tracking if _SPACED_SCRIPTS.match(part.text) else 0.0
    em, lift = (face.upem / EMOJI_SIZE, _EMOJI_LIFT) if face.in_colour else (face.upem, 0.0)
    buffer = _buffer(part)
    glyphs, x = [], 0.0
    for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        glyphs.append(Glyph(info.codepoint, x + at.x_offset / em, at.y_offset / em + lift))
        x += at.x_advance / em + (tracking if at.x_advance else 0.0)
    bearing = _bearing(face, weight, glyphs)
    return Run(face, weight, tuple(glyphs), x, bearing, part.level, part.hot)


def _buffer(part: _Part) -> hb.Buffer:
    buffer = hb.Buffer()
    buffer.add_str(part.text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if part.level % 2 else "ltr"
    buffer.language = part.voice.library.language
    hb.shape(part.face.at(part.weight), buffer)
    return buffer


def _nothing(text: str, level: int, voice: Voice) -> Run:
    """Stand for text that no font has: drawn as nothing, and counted."""
    missing = len(clusters(text))
    return Run(voice.library.pretendard, voice.weight, (), 0.0, level=level, missing=missing)


def _bearing(face: Face, weight: int, glyphs: Sequence[Glyph]) -> float:
    if not glyphs or face.in_colour:
        return 0.0
    extents = face.at(weight).get_glyph_extents(glyphs[0].id)
    return float(extents.x_bearing) / face.upem if extents else 0.0
