"""Text direction: the bidirectional algorithm (UAX 9), by way of python-bidi."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TypeVar

RTL_LANGUAGES = frozenset({"ar", "he", "fa", "ur", "ps", "sd", "ug", "yi", "dv", "ckb"})
_RTL_CLASSES = frozenset({"R", "AL", "AN"})

T = TypeVar("T")


def is_rtl(language: str) -> bool:
    """Whether texts of this language run from right to left."""
    return language.lower().partition("-")[0] in RTL_LANGUAGES


def levels(text: str, *, rtl: bool) -> list[int]:
    """Return the embedding level of every code point: even runs to the right, odd to the left."""
    base = 1 if rtl else 0
    if not rtl and not any(unicodedata.bidirectional(char) in _RTL_CLASSES for char in text):
        return [0] * len(text)
    return _resolved(text, base)


def _resolved(text: str, base: int) -> list[int]:
    from bidi import algorithm as uax9

    storage = uax9.get_empty_storage()
    storage.update(base_level=base, base_dir=("L", "R")[base])
    uax9.get_embedding_levels(text, storage)
    uax9.explicit_embed_and_overrides(storage)
    uax9.resolve_weak_types(storage)
    uax9.resolve_neutral_types(storage, False)
    uax9.resolve_implicit_levels(storage, False)
    found = [char["level"] for char in storage["chars"]]
    return found if len(found) == len(text) else [base] * len(text)


def visual(items: Sequence[T], item_levels: Sequence[int]) -> list[T]:
    """Reorder items of one line from reading order to left-to-right order (rule L2)."""
    if not any(item_levels):
        return list(items)
    order = list(range(len(items)))
    for level in range(max(item_levels, default=0), 0, -1):
        order = _reverse_runs(order, [item_levels[n] >= level for n in order])
    return [items[n] for n in order]


def _reverse_runs(order: list[int], flagged: list[bool]) -> list[int]:
    out: list[int] = []
    run: list[int] = []
    for n, flag in zip(order, flagged, strict=True):
        if flag:
            run.append(n)
            continue
        out += [*reversed(run), n]
        run = []
    return out + run[::-1]
