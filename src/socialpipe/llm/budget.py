"""How many tokens a day may cost, over all processes of this machine.

A file a day, to which every process appends: an estimate before it asks, the correction after. A
crash in between leaves the estimate standing. No lock is needed: the entry is made first, the sum
read after it, and whoever finds it too high takes the entry back.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from socialpipe.errors import UsageError
from socialpipe.llm.reply import Unusable
from socialpipe.settings import Settings

_ENTRY = re.compile(rb"^[+-]\d{1,12}$", re.MULTILINE)


def most(settings: Settings) -> int:
    """Tokens that a day may cost. Raises UsageError for a cost without a price."""
    if settings.llm_daily_cost is None:
        return settings.llm_daily_tokens
    if settings.llm_token_price is None:
        raise UsageError(
            "SOCIALPIPE_LLM_DAILY_COST says nothing without a price.",
            "Set SOCIALPIPE_LLM_TOKEN_PRICE to what a million output tokens cost.",
        )
    affordable = int(settings.llm_daily_cost / settings.llm_token_price * 1_000_000)
    return min(settings.llm_daily_tokens, affordable)


@dataclass(slots=True)
class Bill:
    """One question's entry."""

    file: Path
    entered: int

    def pay(self, tokens: int | None) -> None:
        """Put the true number in the place of the estimate; None: it stays."""
        if tokens is not None:
            _append(self.file, tokens - self.entered)
            self.entered = tokens


def enter(folder: Path, limit: int, estimate: int) -> Bill:
    """Enter an estimate for today. Raises Unusable when the day's budget does not allow it."""
    file = folder / f"tokens-{datetime.now(UTC):%Y-%m-%d}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _append(file, estimate)
        spent = sum(map(int, _ENTRY.findall(file.read_bytes())))
    except OSError as error:
        raise Unusable(f"the token budget cannot be kept: {error.strerror}") from None
    if spent > limit:
        _append(file, -estimate)
        raise Unusable(f"the day's budget of {limit} tokens does not allow another question")
    return Bill(file, estimate)


def _append(file: Path, tokens: int) -> None:
    """One write in append mode: processes do not mix their entries."""
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, f"\n{tokens:+d}\n".encode())
    finally:
        os.close(handle)
