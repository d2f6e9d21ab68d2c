"""When the numbers of a published post are read back: often at first, ever more seldom. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

STEPS = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
    timedelta(days=30),  # X tells clicks for so long
)
COMPARABLE = (timedelta(hours=20), timedelta(days=4))  # posts are compared by numbers so old
MEMORY = timedelta(days=180)  # habits change: older posts say little about the next one
_PATIENCE = timedelta(days=7)  # after the last step, for a network that could not be asked then
_REFUSED = timedelta(hours=6)  # a person must act
_UNREACHABLE = timedelta(minutes=15)


def next_reading(published_at: datetime, after: datetime) -> datetime | None:
    """Return the first step after `after`, None after the last; missed steps are not made up."""
    return next((at for step in STEPS if (at := published_at + step) > after), None)


def worth_waiting(published_at: datetime, until: datetime) -> bool:
    """Whether a reading that could not be made is still of use at `until`."""
    return until <= published_at + STEPS[-1] + _PATIENCE


def pause(seconds: float | None, *, unauthorized: bool = False) -> timedelta:
    """Return how long a channel is left alone: what its network asks for, or a while."""
    least = _REFUSED if unauthorized else _UNREACHABLE
    return least if seconds is None else max(timedelta(seconds=seconds), timedelta(minutes=1))
