"""The calendar and the queue: what goes out when, what is free, and moving it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict

from socialpipe.errors import Refused, UsageError
from socialpipe.model import Channel, Delivery, Json
from socialpipe.preflight import known
from socialpipe.schedule.moment import Moment, on_wall
from socialpipe.store.places import slots_of
from socialpipe.web import grid
from socialpipe.web.auth import may
from socialpipe.web.i18n import gettext as _
from socialpipe.web.i18n import viewer
from socialpipe.web.live import News
from socialpipe.web.local import local_path
from socialpipe.web.permissions import Action
from socialpipe.web.times import plain
from socialpipe.web.undo import undoes
from socialpipe.web.visit import Visit
from socialpipe.web.words import said

router = APIRouter()

_EDGE = timedelta(days=1)  # what shares a day of the channel with what is shown
_EVERY = 30.0  # s; then a slot or a day may be over


class Wanted(BaseModel):
    """What of the calendar is asked for, as the address says it."""

    model_config = ConfigDict(frozen=True)

    view: str = "week"
    day: str = ""
    channel: str = ""
    page: str = "1"  # of a day that has many


@router.get("/calendar")
def index(visit: Annotated[Visit, may(Action.SEE)], wanted: Annotated[Wanted, Query()]) -> Response:
    """Show a month, a week, a list or all of a day."""
    with visit.together():
        return visit.page("calendar/index.html", **_planned(visit, wanted))


@router.get("/calendar/live")
def live(
    visit: Annotated[Visit, may(Action.SEE)], wanted: Annotated[Wanted, Query()]
) -> StreamingResponse:
    """Keep it up to date: what goes out, what is free again, and what is over by now."""

    def render(_news: News) -> str:
        return visit.text("calendar/live.html", **_planned(visit, wanted))

    return visit.stream(("calendar", wanted), render, every=_EVERY)


@router.post("/calendar/{delivery_id}/move")
def move(
    visit: Annotated[Visit, may(Action.PLAN)],
    delivery_id: int,
    day: Annotated[str, Form()] = "",
    at: Annotated[str, Form()] = "",
    then: Annotated[str, Form(alias="next")] = "/calendar",
) -> Response:
    """Move one: to a day, where its time of day is kept, to a time, or to the next free slot."""
    found = visit.store.deliveries.get(delivery_id)
    channel = visit.store.channels.by_id(found.channel_id)
    moment = _wanted(found, channel, day, at)
    if moment is None:
        moment = visit.store.moves.move_to_next(delivery_id, visit.actor)
    elif moment.at <= visit.now:
        raise Refused(_("That time is over."), _("Choose one to come."))
    else:
        visit.store.moves.move(delivery_id, moment, visit.actor)
    told = _("Moved: %(when)s") % {"when": plain(moment.at)}
    visit.tell(told, undo=("delivery.move", {"to": {str(found.id): moment_of(found)}}))
    with visit.together():
        warnings = known(visit.store, visit.desk.settings, channel, moment.at)
    for warning in warnings:
        visit.tell(said(warning), tone="info")
    return visit.go(local_path(then))


def _planned(visit: Visit, wanted: Wanted) -> dict[str, Any]:
    """Gather what the calendar shows."""
    version, zone, now = visit.version, viewer().zone, visit.now
    span = grid.span_of(wanted.view, wanted.day, wanted.page, now.astimezone(zone).date())
    since, until = span.bounds(zone)
    channels = visit.store.channels.all()
    chosen = next((one for one in channels if str(one.id) == wanted.channel), None)
    around = visit.store.listing.span(since - _EDGE, until + _EDGE, chosen.id if chosen else None)
    entries = grid.entries_of(around, {one.id: one for one in channels}, visit.desk.settings)
    shown = [one for one in entries if since <= one.delivery.wanted_at < until]
    free = grid.free_slots([chosen] if chosen else channels, around, max(now, since), until)
    of = f"&channel={chosen.id}" if chosen else ""
    return {
        "version": version,
        "span": span,
        "days": grid.days_of(span, zone, now, shown, list(free)),
        "today": now.astimezone(zone).date(),
        "channels": channels,
        "chosen": chosen,
        "is_empty": not shown,
        "of": of,
        "here": f"/calendar?view={span.view}&day={span.day}{of}{span.paged}",
    }


@undoes("delivery.move", Action.PLAN)
def _move_back(visit: Visit, values: Json) -> str:
    for key, kept in values["to"].items():
        wall = datetime.fromisoformat(kept["wall"]) if kept["wall"] else None
        at = datetime.fromisoformat(kept["at"])
        moment = Moment(at, wall, kept["zone"], kept["in_slot"])
        visit.store.moves.move(int(key), moment, visit.actor)
    return _("Moved back.")


def moment_of(found: Delivery) -> Json:
    """Keep when a delivery is wanted, so that it can be moved back."""
    at, wall = found.wanted_at.isoformat(), found.local_due
    return {"at": at, "wall": wall, "zone": found.tz, "in_slot": found.in_slot}


def _wanted(found: Delivery, channel: Channel, day: str, at: str) -> Moment | None:
    """Read where to; None: the channel's next free slot.

    Raises UsageError for what is no time.
    """
    zone = ZoneInfo(channel.timezone)
    try:
        if day:
            shown = found.wanted_at.astimezone(viewer().zone).date()
            wall = found.wanted_at.astimezone(zone).replace(tzinfo=None)
            return _on_clock(channel, wall + (date.fromisoformat(day) - shown))
        wanted = datetime.fromisoformat(at) if at else None
        if wanted is not None and wanted.tzinfo is not None:  # without one, the channel's is meant
            wanted = wanted.astimezone(zone).replace(tzinfo=None)
        return _on_clock(channel, wanted) if wanted else None
    except (ValueError, OverflowError):
        raise UsageError(_("This is no time."), _("Choose a day and a time.")) from None


def _on_clock(channel: Channel, wall: datetime) -> Moment:
    """Return a moment of the channel's clock: one of its slots, if it is one."""
    moment = on_wall(wall, channel.timezone)
    slot = next(slots_of(channel, moment.at - timedelta(seconds=1)), None)
    return slot if slot is not None and slot.at == moment.at else moment
