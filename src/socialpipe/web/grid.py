"""The calendar as somebody sees it: days in their zone, what goes out, and what is still free."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile
from zoneinfo import ZoneInfo

from socialpipe.model import Channel, Delivery
from socialpipe.platforms import registry
from socialpipe.schedule import forecast, quiet
from socialpipe.schedule.moment import resolve
from socialpipe.settings import Settings
from socialpipe.store.places import MOVABLE, slots_of
from socialpipe.web.i18n import gettext as _

_DAY = timedelta(days=1)
_LIST = 14  # days
_MOST = {"month": 8, "week": 20, "list": 20, "day": 100}  # shown at once of a day
_LATEST = date(9000, 1, 1)


class View(StrEnum):
    """How much of the calendar is shown."""

    MONTH = "month"
    WEEK = "week"
    LIST = "list"
    DAY = "day"  # all of one day, in pages


@dataclass(frozen=True, slots=True)
class Entry:
    """A delivery in the calendar, and what speaks against it."""

    delivery: Delivery
    zone: str  # the channel's
    is_movable: bool
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Free:
    """A slot that nothing takes."""

    at: datetime
    channel: Channel


@dataclass(slots=True)
class Day:
    """A day of the viewer."""

    date: date
    is_past: bool
    entries: list[Entry] = field(default_factory=list)
    free: list[Free] = field(default_factory=list)

    @property
    def all(self) -> list[Entry | Free]:
        """Everything by time."""
        return sorted((*self.entries, *self.free), key=_time)

    def shown(self, span: Span) -> list[Entry | Free]:
        """Return what a view shows of it at once, by time."""
        start = (span.page - 1) * span.most
        return self.all[start : start + span.most]


@dataclass(frozen=True, slots=True)
class Span:
    """Which days a view shows."""

    view: View
    day: date
    page: int = 1  # of a view that has several

    @property
    def first(self) -> date:
        """The first day that is shown."""
        if self.view in {View.LIST, View.DAY}:
            return self.day
        start = self.day.replace(day=1) if self.view is View.MONTH else self.day
        return start - timedelta(days=start.weekday())

    @property
    def last(self) -> date:
        """The day after the last one that is shown."""
        if self.view is View.MONTH:
            end = self.step(1)
            return end + timedelta(days=-end.weekday() % 7)
        return self.first + self._length

    def step(self, by: int) -> date:
        """Return a day in the span before (-1) or after (1) this one."""
        if self.view is View.MONTH:
            month = self.day.month - 1 + by
            return date(self.day.year + month // 12, month % 12 + 1, 1)
        return self.day + by * self._length

    @property
    def _length(self) -> timedelta:
        return timedelta(days={View.LIST: _LIST, View.DAY: 1}.get(self.view, 7))

    @property
    def most(self) -> int:
        """How much of a day is shown at once: what is more has pages of its own."""
        return _MOST[self.view]

    @property
    def paged(self) -> str:
        """What an address says of the page."""
        return f"&page={self.page}" if self.page > 1 else ""

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the instants that it begins and ends at, in the viewer's zone."""
        start, end = (
            resolve(datetime.combine(one, time()), zone) for one in (self.first, self.last)
        )
        return start, end


def span_of(view: str, day: str, page: str, today: date) -> Span:
    """Read which days are asked for; what makes no sense is this week."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        wanted = today
    shown = View(view) if view in set(View) else View.WEEK
    there = wanted if date(1971, 1, 1) < wanted < _LATEST else today
    return Span(shown, there, _number(page) if shown is View.DAY else 1)


def days_of(
    span: Span, zone: ZoneInfo, now: datetime, entries: Sequence[Entry], free: Sequence[Free]
) -> list[Day]:
    """Put everything on its day."""
    today = now.astimezone(zone).date()
    dates = (span.first + n * _DAY for n in range((span.last - span.first).days))
    days = {one: Day(one, one < today) for one in dates}
    for entry in entries:
        days[entry.delivery.wanted_at.astimezone(zone).date()].entries.append(entry)
    for slot in free:
        days[slot.at.astimezone(zone).date()].free.append(slot)
    return list(days.values())


def entries_of(
    found: Sequence[Delivery], channels: Mapping[int, Channel], settings: Settings
) -> list[Entry]:
    """Say of each delivery what speaks against its time."""
    busy = Counter((one.channel_id, one.wanted_at) for one in found if one.state in MOVABLE)
    excesses = _excesses(found, channels, settings)
    return [
        Entry(
            one,
            channels[one.channel_id].timezone,
            one.state in MOVABLE and one.frozen_at is None,
            tuple(_marks(one, channels[one.channel_id], busy, excesses)),
        )
        for one in found
    ]


def free_slots(
    channels: Sequence[Channel], found: Sequence[Delivery], since: datetime, until: datetime
) -> Iterator[Free]:
    """Yield the slots within [since, until) that nothing takes."""
    taken = {(one.channel_id, one.wanted_at) for one in found}
    for channel in channels:
        for slot in takewhile(lambda one: one.at < until, slots_of(channel, since)):
            if (channel.id, slot.at) not in taken:
                yield Free(slot.at, channel)


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def _marks(
    one: Delivery,
    channel: Channel,
    busy: Mapping[tuple[int, datetime], int],
    excesses: Mapping[int, list[forecast.Excess]],
) -> Iterator[str]:
    if one.state not in MOVABLE:
        return
    if busy[one.channel_id, one.wanted_at] > 1:
        yield _("Conflict: another post of this channel has the same time.")
    hush = quiet.of(channel.settings)
    if hush and quiet.quiet_until(hush, ZoneInfo(channel.timezone), one.wanted_at):
        yield _("It falls into the channel's quiet hours.")
    day = one.wanted_at.astimezone(ZoneInfo(channel.timezone)).date()
    for excess in excesses[one.channel_id]:
        if excess.day == day and one.wanted_at >= excess.since:
            yield _("Beyond the channel's limit of posts a day: %(limit)s") % {
                "limit": excess.limit
            }
    yield from one.warnings


def _excesses(
    found: Sequence[Delivery], channels: Mapping[int, Channel], settings: Settings
) -> dict[int, list[forecast.Excess]]:
    times: defaultdict[int, list[datetime]] = defaultdict(list)
    for one in found:
        times[one.channel_id].append(one.wanted_at)
    return {
        key: forecast.excesses(
            due, _limit(channels[key], settings), ZoneInfo(channels[key].timezone)
        )
        for key, due in times.items()
    }


def _limit(channel: Channel, settings: Settings) -> int:
    ours = int(channel.settings.get("max_per_day", settings.max_per_day))
    return forecast.per_day(registry.load(channel.platform).rates, ours)


def _time(one: Entry | Free) -> tuple[datetime, int]:
    at = one.at if isinstance(one, Free) else one.delivery.wanted_at
    return at.astimezone(UTC), 0 if isinstance(one, Free) else one.delivery.id
