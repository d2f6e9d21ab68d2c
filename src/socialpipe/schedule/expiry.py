"""When to warn of a credential that ends. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

LEADS = (0, 1, 7, 14)  # days; 0: it has ended


def lead(ends_at: datetime, now: datetime) -> int | None:
    """Name the warning that is due: so many days or fewer are left; None: it is too early."""
    return next((days for days in LEADS if ends_at - now <= timedelta(days=days)), None)


def left(ends_at: datetime, now: datetime) -> str:
    """Say how long it still lasts."""
    rest = ends_at - now
    if rest <= timedelta(0):
        return "has ended"
    if rest < timedelta(days=2):
        hours = max(1, rest // timedelta(hours=1))
        return f"ends in {hours} hour{'s' if hours > 1 else ''}"
    return f"ends in {rest.days} days"
