"""Times for people: in the viewer's zone, and in the channel's where that is another one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import (
    format_date,
    format_datetime,
    format_timedelta,
    get_day_names,
    get_timezone_name,
)
from markupsafe import Markup

from socialpipe.web.i18n import viewer

# Explicit: the free forms of Babel put the parts of a Korean date into English order.
_MINUTE = {"ko": "y년 M월 d일 (EEE) HH:mm", "en": "EEE d MMM y, HH:mm"}
_SECOND = {"ko": "y년 M월 d일 (EEE) HH:mm:ss", "en": "EEE d MMM y, HH:mm:ss"}
_DAY = {"ko": "M월 d일 (EEE)", "en": "EEE d MMM"}


def when(at: datetime | None, zone: str | None = None, *, seconds: bool = False) -> Markup:
    """Show an instant as a `<time>`; with another `zone` (a channel's), there as well."""
    if at is None:
        return Markup("–")
    who = viewer()
    return _time(at, zone, who.timezone, (_SECOND if seconds else _MINUTE)[who.locale], who.locale)


def plain(at: datetime) -> str:
    """Show an instant in the viewer's zone, as text."""
    who = viewer()
    return _local(at, who.timezone, _MINUTE[who.locale], who.locale)


def clock(at: datetime, zone: str | None = None) -> str:
    """Show the time of day: in the viewer's zone, or in another one."""
    return at.astimezone(ZoneInfo(zone or viewer().timezone)).strftime("%H:%M")


def wall(at: datetime, zone: str) -> str:
    """Show an instant as a field for dates and times takes it, in this zone."""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def day(at: date | datetime) -> str:
    """Show a day, shortly."""
    who = viewer()
    found = at.astimezone(who.zone).date() if isinstance(at, datetime) else at
    return format_date(found, _DAY[who.locale], locale=who.locale)


def weekday(n: int) -> str:
    """Name a day of the week: 0 is Monday."""
    return str(get_day_names("wide", locale=viewer().locale)[n])


def month(at: date) -> str:
    """Show a month and its year."""
    locale = viewer().locale
    return format_date(at, {"ko": "y년 M월", "en": "MMMM y"}[locale], locale=locale)


def from_now(at: datetime | None) -> Markup:
    """Show how long until or since, as of the page's now: "in 5 minutes"."""
    who = viewer()
    if at is None or who.clock is None:
        return Markup("–")
    told = format_timedelta(at - who.clock, add_direction=True, locale=who.locale)
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), told)


def span(length: timedelta) -> str:
    """Show a length of time: "5 minutes"."""
    return format_timedelta(length, locale=viewer().locale)


def zone_name(zone: str) -> str:
    """Name a zone for people."""
    return get_timezone_name(ZoneInfo(zone), locale=viewer().locale)


@lru_cache(maxsize=5000)  # tables show the same times again and again
def _time(at: datetime, zone: str | None, own: str, form: str, locale: str) -> Markup:
    shown = _local(at, own, form, locale)
    if zone is not None and _differs(at, zone, own):
        shown = f"{_local(at, zone, form, locale)} {zone} · {shown} {own}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(), own, shown)


def _local(at: datetime, zone: str, form: str, locale: str) -> str:
    return format_datetime(at.astimezone(ZoneInfo(zone)), form, locale=locale)


def _differs(at: datetime, one: str, other: str) -> bool:
    return at.astimezone(ZoneInfo(one)).utcoffset() != at.astimezone(ZoneInfo(other)).utcoffset()
