"""Plain text as people paste it: emoji headings, `▶` and `-` lines, brackets, separators.

Works on lines: each is marked (bullet, number, emoji, sign) or not, and what follows it tells a
heading from a list item.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache

import regex

from socialpipe.text.lexicon import UNSPACED, Lexicon
from socialpipe.text.marks import EMOJI, SIGNS, plain, unbracket
from socialpipe.text.reading.blocks import Block, Draft, Kind

HEADING = 60  # code points that a heading of plain text may have
TITLE = 120
_SEPARATOR = re.compile(r"[\W_]+")
_STOP = re.compile(r"[.。．:：;,，、…।۔]\W*$|[.!?。！？][”’」』\"')]$")
_TERMINAL = re.compile(r"[.!?。！？…।۔؟:：][\"'”’」』)）]*\W*$")
_LABEL = re.compile(
    r"(?:title|제목|タイトル|标题|標題|t[ií]tulo|titre|titel|judul|tiêu đề|başlık|العنوان|शीर्षक"
    r"|заголовок)\s*[:：]\s*",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _marks() -> regex.Pattern[str]:
    return regex.compile(
        rf"(?P<dash>[-–—*+])\s+|(?P<check>[✔✓✅☑√]\ufe0f?)\s*|(?P<sign>{SIGNS}\ufe0f?)\s*"
        rf"|(?P<number>\d{{1,2}}[.)]\s+|[①-⑳❶-❿]\s*)|(?P<emoji>{EMOJI})\s*|(?P<bracket>(?=[\[【].{{1,40}}[\]】]$))"
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the class of mark that it opens with ("" for none), the mark, the rest."""

    family: str
    mark: str
    text: str
    gap: bool = False  # a blank line or a separator goes before it

    @property
    def short(self) -> bool:
        """Could be a heading by its length and its end."""
        return len(self.text) <= HEADING and not _STOP.search(self.text)


def read_plain(text: str, lexicon: Lexicon) -> Draft:
    """Blocks and title of pasted text."""
    lines = lines_of(text, lexicon.language)
    draft = Draft()
    if lines and _is_title(lines):
        draft.title = unbracket(_LABEL.sub("", lines[0].mark + lines[0].text, count=1))
        lines = lines[1:]
    draft.blocks = blocks_of(lines, lexicon)
    return draft


def lines_of(text: str, language: str) -> list[Line]:
    """Return the lines that say something: inline bullets set apart, hard wraps undone."""
    text = regex.sub(rf"(?<=[.!?。)]) [-•] (?={EMOJI})", "\n- ", text)
    raw = [line.strip() for line in text.split("\n")]
    raw = _unwrap(raw, "" if language in UNSPACED else " ")
    lines, gap = [], True
    for line in raw:
        if not line or _SEPARATOR.fullmatch(line):
            gap = True
            continue
        lines.append(_line(line, gap=gap))
        gap = False
    return lines


def _line(line: str, *, gap: bool) -> Line:
    found = _marks().match(line)
    if not found or not line[found.end() :].strip():
        return Line("", "", line, gap)
    family = found.lastgroup or ""
    if family in {"emoji", "bracket", "sign"}:  # part of what is shown
        return Line(family, found[0], line[found.end() :], gap)
    return Line(family, found[0].strip(), line[found.end() :], gap)


def _unwrap(lines: list[str], glue: str) -> list[str]:
    """Join lines that were broken at a column, when the text as a whole was."""
    inner = [a for a, b in itertools.pairwise(lines) if a and b]
    if len(inner) < 3 or max(map(len, lines)) > 100:
        return lines
    broken = sum(not _TERMINAL.search(line) and len(line) > 30 for line in inner)
    if broken < 0.6 * len(inner):
        return lines
    joined: list[str] = []
    for line in lines:
        if joined and line and _goes_on(joined[-1], line):
            joined[-1] += glue + line
        else:
            joined.append(line)
    return joined


def _goes_on(before: str, line: str) -> bool:
    return len(before) > 30 and not _marks().match(line) and not before.endswith((":", "："))


def _is_title(lines: list[Line]) -> bool:
    first = lines[0]
    if len(lines) < 2 or first.family in {"dash", "check"} or len(first.text) > TITLE:
        return False
    return not re.search(r"[^.][.。।](?:\W{0,2})$", first.text) or bool(_LABEL.match(first.text))


def blocks_of(lines: list[Line], lexicon: Lexicon) -> list[Block]:
    """Tell headings, list items and paragraphs apart."""
    blocks: list[Block] = []
    for i, line in enumerate(lines):
        before = lines[i - 1] if i else None
        after = lines[i + 1] if i + 1 < len(lines) else None
        if blocks and _continues(blocks[-1], line):
            blocks[-1] = Block(Kind.BULLET, f"{blocks[-1].text} {line.text}", blocks[-1].mark)
        else:
            kind = _kind(before, line, after, lexicon)
            blocks.append(_block(kind, line))
    return blocks


def _continues(previous: Block, line: Line) -> bool:
    """`- Label:` goes on in the line below."""
    return previous.kind is Kind.BULLET and previous.text.endswith((":", "：")) and not line.family


def _block(kind: Kind, line: Line) -> Block:
    if kind is Kind.BULLET:
        return Block(kind, line.text, line.mark.strip())
    shown = line.family in {"emoji", "bracket", "sign", ""}
    mark = "" if line.family == "sign" and kind is Kind.HEADING else line.mark
    glue = "" if shown else " "
    return Block(kind, f"{mark}{glue}{line.text}" if mark else line.text, line.mark.strip())


def _kind(before: Line | None, line: Line, after: Line | None, lexicon: Lexicon) -> Kind:
    if line.family in {"dash", "check"}:
        return Kind.BULLET
    if line.family == "bracket":
        return Kind.HEADING
    if line.family == "emoji" and _asks(line, lexicon):
        return Kind.PARAGRAPH
    listed = any(other and other.family == line.family and not other.gap for other in (after,))
    listed = listed or bool(before and before.family == line.family and not line.gap)
    if line.family and listed:
        return Kind.BULLET
    if line.family:
        return _marked(line, after, lexicon)
    return Kind.HEADING if _bare_heading(line, after, lexicon) else Kind.PARAGRAPH


def _marked(line: Line, after: Line | None, lexicon: Lexicon) -> Kind:
    """Return a lone marked line: a heading if it could be one and something follows it."""
    if line.short and after and plain(line.text) == line.text and not _asks(line, lexicon):
        return Kind.HEADING
    if line.family == "emoji":
        return Kind.PARAGRAPH
    return Kind.BULLET


def _bare_heading(line: Line, after: Line | None, lexicon: Lexicon) -> bool:
    """Unmarked: short, apart from what is above, not a sentence, and text follows."""
    if not (line.gap and line.short and after) or _asks(line, lexicon):
        return False
    stands_out = len(after.text) > 1.5 * len(line.text) or after.family in {
        "dash",
        "check",
        "number",
    }
    return stands_out and not re.search(r"[!！]\W*$", line.text) and "#" not in line.text


def _asks(line: Line, lexicon: Lexicon) -> bool:
    courtesy = lexicon.calls.search(line.text) or lexicon.greetings.match(line.text)
    return bool(courtesy or lexicon.keywords.match(line.text))
