"""When a waiting delivery is looked over: when queued, nightly, 24 h and 1 h before. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

LEADS = (timedelta(hours=24), timedelta(hours=1))  # before it is due
RECHECK = timedelta(minutes=10)  # with a warning: so soon it is seen that the cause is mended
_NIGHT = time(3, tzinfo=UTC)


def last_night(now: datetime) -> datetime:
    """Return the latest nightly check (03:00 UTC) that has passed."""
    today = datetime.combine(now.astimezone(UTC).date(), _NIGHT)
    return today if today <= now else today - timedelta(days=1)


def checkpoint(due_at: datetime, now: datetime) -> datetime:
    """Return the latest time that has passed at which a delivery had to be looked over."""
    leads = [due_at - lead for lead in LEADS if due_at - lead <= now]
    return max([last_night(now), *leads])


def is_due(
    due_at: datetime, last_checked_at: datetime | None, now: datetime, *, warned: bool = False
) -> bool:
    """Whether a delivery is to be looked over now."""
    if last_checked_at is None:
        return True
    if warned and last_checked_at <= now - RECHECK:
        return True
    return last_checked_at < checkpoint(due_at, now)
