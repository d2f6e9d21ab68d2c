"""Making an edited post fit again: what is said gets shorter, the link and the tags below stay."""

from __future__ import annotations

import regex

from socialpipe.text import entities
from socialpipe.text.chips import tags_of, without_tag
from socialpipe.text.fit import Fits, shorten


def refit(text: str, fits: Fits) -> str:
    """Return the text as it fits; "" when nothing of it does.

    First hashtags go but for one, the last first; then what is said is cut above the links and
    tags at the end; at last whatever is there.
    """
    while not fits(text) and len(tags_of(text)) > 1:
        text = without_tag(text, len(tags_of(text)) - 1)
    if fits(text):
        return text
    head, tail = _parted(text)
    kept = shorten(head, lambda said: fits(said + tail)) if tail and head else ""
    return kept + tail if kept else shorten(text, fits)


def _parted(text: str) -> tuple[str, str]:
    """Split off the lines at the end that are nothing but links and tags."""
    lines = regex.split(r"(?<=\n)", text)
    start = len(lines)
    while start and _is_tail(lines[start - 1]):
        start -= 1
    head = "".join(lines[:start])
    said = head.rstrip()
    return said, head[len(said) :] + "".join(lines[start:])


def _is_tail(line: str) -> bool:
    for found in (*entities.urls(line), *entities.hashtags(line)):
        line = line.replace(found.text, "", 1)
    return not regex.search(r"[\p{L}\p{N}]", line)
