"""Marked-up text whose author marked it up by hand: `✔` lines and emoji headings in paragraphs."""

from __future__ import annotations

from socialpipe.text import language
from socialpipe.text.lexicon import UNSPACED, Lexicon, lexicon
from socialpipe.text.reading.blocks import Block, Kind
from socialpipe.text.reading.plain import Line, blocks_of, lines_of


def read_as_pasted(blocks: list[Block]) -> list[Block]:
    """Paragraphs read the way plain text is, where that is how they were written."""
    words = lexicon(language.detect("\n".join(block.text for block in blocks)))
    bare = not any(block.kind in {Kind.HEADING, Kind.BULLET} for block in blocks)
    kept: list[Block] = []
    run: list[Block] = []
    for block in [*blocks, Block(Kind.HEADING, "")]:
        if block.kind is Kind.PARAGRAPH:
            run.append(block)
            continue
        kept += _run(run, words, bare=bare)
        run = []
        kept.append(block)
    return kept[:-1]


def _run(run: list[Block], words: Lexicon, *, bare: bool) -> list[Block]:
    lines = [line for block in run for line in _lines(block.text, words)]
    marked = any(line.family in {"check", "sign", "bracket", "emoji"} for line in lines)
    if marked or (bare and len(lines) > len(run)):
        return blocks_of(lines, words)
    glue = "" if words.language in UNSPACED else " "
    return [Block(block.kind, block.text.replace("\n", glue)) for block in run]


def _lines(text: str, words: Lexicon) -> list[Line]:
    """One paragraph's lines; broken ones are joined unless marks show that they are meant."""
    lines = lines_of(text, words.language)
    if any(line.family or line.text.startswith("#") for line in lines[1:]):
        return lines
    glue = "" if words.language in UNSPACED else " "
    return lines_of(text.replace("\n", glue), words.language)
