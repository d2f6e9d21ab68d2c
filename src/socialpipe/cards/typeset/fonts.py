"""Which font draws what: bundled fonts first, then `font_dirs`, then the system's.

The order of the bundled fonts never depends on the machine, so cards look the same everywhere; the
system's fonts are opened only for a character that no other font has.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path

import uharfbuzz as hb

from socialpipe.cards.typeset.clusters import MODIFIERS, is_emoji
from socialpipe.errors import Refused

_BUNDLED = Path(__file__).resolve().parents[1] / "fonts"
_SYSTEM = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))
_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
_CJK_INDEX = {"ja": 0, "ko": 1, "zh": 2, "zh-hant": 3, "zh-tw": 3, "zh-hk": 4}
_EAST_ASIAN_FROM = 0x2E80
_FULL_WIDTH_QUOTES = frozenset("‘’“”…—")

IN_COLOUR = hasattr(hb, "RasterPaint")  # else emoji are set in outlines
_FAMILIAR = 400  # weight of a static font that names none
_MOST_CHOSEN = 4_096  # clusters whose face is remembered, of each library

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Face:
    """One face of a font file; equal when file and index are."""

    path: Path
    index: int = 0

    def has(self, cluster: str) -> bool:
        """Whether every visible code point of the cluster has a glyph."""
        codes = [ord(char) for char in cluster if ord(char) not in MODIFIERS]
        font = _font(self, 400)
        return all(font.get_nominal_glyph(code) for code in codes)

    @cached_property
    def in_colour(self) -> bool:
        """Whether its glyphs are colour vectors (COLRv1)."""
        return bool(_face(self).has_color_paint)

    @cached_property
    def upem(self) -> int:
        """Font units in an em."""
        return int(_face(self).upem)

    def axes(self) -> list[tuple[str, float]]:
        """Name the axes of a variable font with their defaults, in the order of the file."""
        return [(info.tag, float(info.default_value)) for info in _face(self).axis_infos]

    def distance(self, weight: int) -> float:
        """How far its own weight is from a wanted one; a variable font has every weight."""
        own = _font(self, _FAMILIAR).get_style_value(hb.StyleTag.WEIGHT)
        return 0.0 if "wght" in dict(self.axes()) else abs(float(own) - weight)

    def at(self, weight: int) -> hb.Font:
        """Return the HarfBuzz font at a weight (100–900), scaled to font units."""
        return _font(self, weight)


_PRETENDARD = Face(_BUNDLED / "PretendardVariable.ttf")
_EMOJI = Face(_BUNDLED / "NotoColorEmoji.ttf")


@cache
def _face(face: Face) -> hb.Face:
    return hb.Face(hb.Blob.from_file_path(str(face.path)), face.index)


@cache
def _font(face: Face, weight: int) -> hb.Font:
    font = hb.Font(_face(face))
    font.set_variations({"wght": weight})
    return font


def is_font(path: Path) -> bool:
    """Whether the file is a font that HarfBuzz can open."""
    try:
        face = hb.Face(hb.Blob.from_file_path(str(path)), 0)
    except (hb.HarfBuzzError, OSError, MemoryError):
        return False
    return int(face.glyph_count) > 0 and len(face.unicodes) > 0


def checked(fonts: Sequence[Path]) -> tuple[Path, ...]:
    """Return a brand's font files. Raises Refused for one that is missing or no font."""
    for path in fonts:
        if not path.is_file():
            raise Refused(f"There is no font file {path}.", "Check the path in the brand file.")
        if not is_font(path):
            raise Refused(f"{path} is no font that can be used.", "Use a TTF, OTF or TTC file.")
    return tuple(fonts)


@lru_cache(maxsize=16)
def scan(folder: Path) -> tuple[Face, ...]:
    """Return the faces of a folder and the folders below it, by path; leaves out what is broken."""
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in _SUFFIXES and p.is_file())
    good = [path for path in files if is_font(path)]
    for path in set(files) - set(good):
        log.warning("%s is no font that can be used; it is left out.", path)
    return tuple(Face(path) for path in good)


@lru_cache(maxsize=32)
def library(
    language: str, font_dirs: tuple[Path, ...] = (), fonts: tuple[Path, ...] = ()
) -> Library:
    """Return the fonts for a language: the same object for the same fonts."""
    return Library(language, font_dirs, fonts)


@dataclass(frozen=True, eq=False)
class Library:
    """All fonts that a card may use, for texts of one language; a key of caches by its identity."""

    language: str
    font_dirs: tuple[Path, ...] = ()
    fonts: tuple[Path, ...] = ()  # the brand's own, used first
    chosen: dict[tuple[str, int], Face | None] = field(default_factory=dict, init=False)

    def face(self, cluster: str, weight: int = _FAMILIAR) -> Face | None:
        """Return the face that has the whole cluster; None: no font has it."""
        key = (cluster, weight if self.fonts else _FAMILIAR)
        if key not in self.chosen:
            if len(self.chosen) >= _MOST_CHOSEN:
                self.chosen.clear()
            faces = (face for face in self.order(*key) if face.has(cluster))
            self.chosen[key] = next(faces, None)
        return self.chosen[key]

    @property
    def pretendard(self) -> Face:
        """The face of Latin and Hangul."""
        return _PRETENDARD

    @property
    def emoji(self) -> Face:
        """The face of colour emoji."""
        return _EMOJI

    @property
    def cjk(self) -> Face:
        """The face of Han and kana, in the shapes of this language."""
        index = next((_CJK_INDEX[key] for key in _narrowing(self.language)), _CJK_INDEX["zh"])
        return Face(_package("manimgx_fonts_cjk") / "NotoSansCJK-VF.otf.ttc", index)

    def order(self, cluster: str, weight: int = _FAMILIAR) -> Iterator[Face]:
        """Yield faces, best first, for this cluster."""
        if IN_COLOUR and is_emoji(cluster):
            yield self.emoji
        yield from sorted(map(Face, self.fonts), key=lambda face: face.distance(weight))
        if self._prefers_cjk(cluster):
            yield self.cjk
        yield self.pretendard
        yield from _noto()
        yield self.cjk
        if IN_COLOUR and "\ufe0e" not in cluster:
            yield self.emoji
        yield _outlined_emoji()
        for folder in (*self.font_dirs, *_SYSTEM):
            yield from scan(folder)

    def _prefers_cjk(self, cluster: str) -> bool:
        code = ord(cluster[0])
        if self.language.startswith("ja"):
            return code >= _EAST_ASIAN_FROM
        if self.language.startswith("zh"):
            return code >= _EAST_ASIAN_FROM or cluster in _FULL_WIDTH_QUOTES
        return False


@cache
def _outlined_emoji() -> Face:
    return Face(_package("manimgx_fonts") / "NotoEmoji[wght].ttf")


@cache
def _noto() -> tuple[Face, ...]:
    folder = _package("manimgx_fonts")
    names = sorted(path.name for path in folder.glob("*.ttf"))
    text = [name for name in names if "Italic" not in name and not name.startswith("NotoEmoji")]
    text.sort(key=lambda name: name != "NotoSans[wght].ttf")
    return tuple(Face(folder / name) for name in text)


@cache
def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else Path("/nonexistent")


def _narrowing(language: str) -> Iterator[str]:
    """Yield the keys of _CJK_INDEX that fit a language tag, narrowest first."""
    tag = language.lower().replace("_", "-")
    while tag:
        if tag in _CJK_INDEX:
            yield tag
        tag = tag.rpartition("-")[0]
