"""How late is too late, and how that is said."""

from __future__ import annotations

from datetime import datetime, timedelta

_PUNCTUAL = timedelta(seconds=60)  # behind by more means catching up after a downtime


def is_late(due_at: datetime, now: datetime) -> bool:
    """Whether a post that is due at `due_at` is part of a backlog."""
    return now - due_at > _PUNCTUAL


def too_late(wanted_at: datetime, grace: timedelta, now: datetime) -> bool:
    """Whether a post that was wanted at `wanted_at` may no longer go out."""
    return now > wanted_at + grace


def spoken(span: timedelta) -> str:
    """Say a span of time in its largest two units: "1 h 20 min", "35 s"."""
    seconds = round(abs(span).total_seconds())
    parts = []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"
