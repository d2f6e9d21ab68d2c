"""Alt text: what a card says, in the order of reading, for those who do not see it."""

from __future__ import annotations

from socialpipe.cards.boxes import Box
from socialpipe.cards.typeset.clusters import clusters
from socialpipe.cards.typeset.hyphens import SOFT

_STOPS = (".", "!", "?", "…", "。", "！", "？", ":", "؟", "।", "”", "」", "』")
_FULL_STOP = {"ja": "。", "zh": "。", "hi": "।"}


def alt_text(root: Box, language: str, most: int | None) -> str:
    """Join the texts of a card into sentences, at most `most` characters (None: no limit).

    Decoration is left out: hashtags, progress marks, the logo's letter.
    """
    stop = _FULL_STOP.get(language.partition("-")[0], ".")
    said: list[str] = []
    for box in root.walk():
        if box.layer.text is not None and box.layer.spoken and box.text.text not in said:
            said.append(box.text.text)
    gap = "" if stop == "。" else " "
    spoken = gap.join(_sentence(text, stop) for text in said)
    return cut(spoken.replace(SOFT, ""), most)


def _sentence(text: str, stop: str) -> str:
    return text if text.endswith(_STOPS) else text + stop


def cut(text: str, most: int | None) -> str:
    """Shorten on a word, never inside a character, ending in an ellipsis."""
    if most is None or len(text) <= most:
        return text
    if most < 1:
        return ""
    kept = ""
    for cluster in clusters(text):
        if len(kept) + len(cluster) > most - 1:
            break
        kept += cluster
    words = kept.rpartition(" ")[0]
    return (words if len(words) > 0.6 * len(kept) else kept).rstrip(" ,;:") + "…"
