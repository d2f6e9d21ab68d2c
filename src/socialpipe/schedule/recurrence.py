"""Recurrences: an RRULE (RFC 5545) of naive wall-clock times, resolved one by one through a zone.

The rule is never expanded on aware datetimes: arithmetic on those yields times that do not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from socialpipe.errors import UsageError
from socialpipe.schedule.moment import Moment, on_wall

_SHIFT = timedelta(days=2)  # no zone moves a wall time by more: a missing day and its offset


@dataclass(frozen=True, slots=True)
class Rule:
    """What repeats: an RRULE, and the naive wall time and zone at which it starts (and ends)."""

    text: str
    start: datetime
    zone: str
    until: datetime | None = None


def check(rule: Rule) -> None:
    """Raise UsageError unless the rule can be read and has at least one occurrence."""
    first = next(iter(_expand(rule)), None)
    if first is None or (rule.until is not None and first > rule.until):
        raise UsageError(f"{rule.text!r} never comes about.", "Check its parts, start and end.")


def between(rule: Rule, after: datetime, until: datetime) -> list[Moment]:
    """Return the occurrences after `after` until `until`, in order, each instant once.

    A time that does not exist moves forward by the gap; one that comes twice counts once. Two wall
    times that meet in one instant (a missing day, a gap) are one occurrence.
    """
    zone = ZoneInfo(rule.zone)
    last = until.astimezone(zone).replace(tzinfo=None) + _SHIFT
    if rule.until is not None:
        last = min(last, rule.until)
    first = after.astimezone(zone).replace(tzinfo=None) - _SHIFT
    walls = _expand(rule).between(first, last, inc=True)
    found = {one.at: one for one in (on_wall(wall, rule.zone) for wall in reversed(walls))}
    return [found[at] for at in sorted(found) if after < at <= until]


def plan(rule: Rule, after: datetime, now: datetime, horizon: timedelta) -> list[Moment]:
    """Return what to queue: all that comes within `horizon`, of what was missed only the newest."""
    found = between(rule, after, now + horizon)
    missed = [one for one in found if one.at <= now]
    return missed[-1:] + found[len(missed) :]


def _expand(rule: Rule) -> rrule:
    try:
        expanded = rrulestr(_single(rule.text), dtstart=rule.start)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{rule.text!r} is no rule: {error}.", _EXAMPLE) from None
    if not isinstance(expanded, rrule):
        raise UsageError(f"{rule.text!r} is more than one rule.", _EXAMPLE)
    return expanded


def _single(text: str) -> str:
    parts = dict(part.partition("=")[::2] for part in text.upper().split(";"))
    if set(parts) - _PARTS:
        raise ValueError(f"it has no {', '.join(sorted(set(parts) - _PARTS))}")
    if parts.get("FREQ") not in _FREQUENCIES:
        raise ValueError(f"FREQ must be one of {', '.join(_FREQUENCIES)}")
    if not int(parts.get("INTERVAL", "1")) > 0:
        raise ValueError("INTERVAL must be at least 1")
    return text.upper()


_EXAMPLE = "Write it like FREQ=WEEKLY;BYDAY=MO,TH"
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PARTS = {
    "FREQ", "INTERVAL", "COUNT", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO",
    "BYHOUR", "BYMINUTE", "BYSETPOS",
}  # fmt: skip
