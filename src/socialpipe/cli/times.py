"""Times as people give them: with an offset, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from socialpipe.errors import Refused, UsageError

_TOLERANCE = timedelta(seconds=60)  # "now" takes a moment to type


def parse_time(text: str, now: datetime) -> datetime:
    """Read an ISO 8601 time with an offset.

    Raises UsageError for a naive or malformed time, Refused for one that is past.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no time.", f"Write it like {_example(now)}") from None
    if at.tzinfo is None:
        raise UsageError(
            f"{text!r} does not say in which zone.", f"Add the offset, like {_example(now)}"
        )
    if at < now - _TOLERANCE:
        raise Refused(f"{text} is past.", "Give a time to come, or --now")
    return at.astimezone(UTC)


def _example(now: datetime) -> str:
    tomorrow = (now + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    return tomorrow.strftime("%Y-%m-%dT%H:%M:%S+09:00")
