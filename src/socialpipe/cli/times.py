"""Times as people give them: with an offset or a zone, or not at all."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from socialpipe.errors import Refused, UsageError
from socialpipe.schedule.moment import Moment, on_wall

_TOLERANCE = timedelta(seconds=60)  # "now" takes a moment to type
_SPAN = re.compile(r"(\d{1,9})\s*(s|m|h|d|w)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_time(text: str, now: datetime) -> datetime:
    """Read an ISO 8601 time with an offset.

    Raises UsageError for a naive or malformed time, Refused for one that is past.
    """
    return parse_moment(text, None, now).at


def parse_moment(text: str, zone: str | None, now: datetime) -> Moment:
    """Read an ISO 8601 time with an offset; or, given a zone, one of that zone's wall clock.

    Raises UsageError for a malformed time and for one with neither or both, Refused for one that
    is past.
    """
    moment = _moment(text, zone, now)
    if moment.at < now - _TOLERANCE:
        raise Refused(f"{text} is past.", "Give a time to come, or --now")
    return moment


def read_moment(text: str, zone: str | None, now: datetime) -> Moment:
    """Read a time like `parse_moment`, past or to come.

    Raises UsageError.
    """
    return _moment(text, zone, now)


def parse_wall(text: str, zone: str | None, now: datetime) -> tuple[datetime, str]:
    """Read a wall-clock time, past or to come; return it, naive, and its zone.

    Raises UsageError when it is malformed, or says an offset, or without a zone.
    """
    if zone is None:
        raise UsageError(f"{text!r} does not say in which zone.", "Add --zone, like Asia/Seoul")
    moment = _moment(text, zone, now)
    if moment.wall is None or moment.zone is None:
        raise UsageError(f"{text!r} names an offset.", "Give the wall time, and --zone Asia/Seoul")
    return moment.wall, moment.zone


def parse_span(text: str) -> timedelta:
    """Read a span such as 30d, 12h or 5m.

    Raises UsageError.
    """
    match = _SPAN.fullmatch(text.strip().lower())
    try:
        if match is None:
            raise ValueError  # noqa: TRY301
        return timedelta(**{_UNITS[match[2]]: int(match[1])})
    except (ValueError, OverflowError):
        raise UsageError(f"{text!r} is no span of time.", "Write it like 30d, 12h or 5m") from None


def known_zone(name: str) -> str:
    """Return the name of a zone that exists.

    Raises UsageError.
    """
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UsageError(f"{name!r} is no time zone.", "Write it like Asia/Seoul") from None
    return name


def _moment(text: str, zone: str | None, now: datetime) -> Moment:
    try:
        at = datetime.fromisoformat(text).replace(microsecond=0)
        if zone is None or at.tzinfo is not None:
            return Moment(_with_offset(text, at, zone, now))
        return on_wall(at, known_zone(zone))
    except (ValueError, OverflowError):
        raise UsageError(f"{text!r} is no time.", f"Write it like {_example(now)}") from None


def _with_offset(text: str, at: datetime, zone: str | None, now: datetime) -> datetime:
    if at.tzinfo is None:
        raise UsageError(
            f"{text!r} does not say in which zone.", f"Add the offset, like {_example(now)}"
        )
    if zone is not None:
        raise UsageError(f"{text!r} has an offset already.", "Leave out the offset, or --zone")
    return at.astimezone(UTC)


def _example(now: datetime) -> str:
    tomorrow = (now + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    return tomorrow.strftime("%Y-%m-%dT%H:%M:%S+09:00")
