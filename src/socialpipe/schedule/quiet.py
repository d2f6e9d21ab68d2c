"""Quiet hours: a daily span of wall-clock time in which a channel publishes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from socialpipe.errors import UsageError
from socialpipe.schedule.moment import resolve

_SPAN = re.compile(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")


@dataclass(frozen=True, slots=True)
class Quiet:
    """From `start` until `end`, over midnight where `end` is the earlier of the two."""

    start: time
    end: time


def parse(text: str) -> Quiet:
    """Read "22:00-07:00".

    Raises UsageError when it is no span of a day.
    """
    match = _SPAN.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError  # noqa: TRY301
        start, end = (_time(part) for part in match.groups())
    except ValueError:
        raise UsageError(
            f"{text!r} are no quiet hours.", 'Write a start and an end: "22:00-07:00".'
        ) from None
    if start == end:
        raise UsageError(f"{text!r} would never end.", 'Pause the channel, or write "22:00-07:00".')
    return Quiet(start, end)


def of(settings: Mapping[str, str]) -> Quiet | None:
    """Return the quiet hours of a channel with these settings, if it has any."""
    return parse(settings["quiet"]) if settings.get("quiet") else None


def quiet_until(quiet: Quiet, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Return when the quiet hours that `now` is in are over (UTC); None: it is not in any."""
    today = now.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        start = datetime.combine(day, quiet.start)
        over_midnight = timedelta(days=1 if quiet.end <= quiet.start else 0)
        end = resolve(datetime.combine(day, quiet.end) + over_midnight, zone)
        # Spans of instants, not of clock readings: an hour that comes twice is quiet only once.
        if resolve(start, zone) <= now < end:
            return end
    return None


def _time(text: str) -> time:
    hour, minute = map(int, text.split(":"))
    return time(hour, minute)
