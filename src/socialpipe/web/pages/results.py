"""Results: how people reacted to what a channel has published, and when its posts do best."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from socialpipe.errors import Refused
from socialpipe.model import Channel
from socialpipe.schedule.best_times import Advice, best_times
from socialpipe.store.reports import Report
from socialpipe.web.auth import may
from socialpipe.web.chart import chart_of, totals
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter()

SPANS = (7, 30, 90, 365)  # days
_Days = Annotated[int, Query(ge=1, le=3650)]


@router.get("/library/channels")
def index(visit: Annotated[Visit, may(Action.SEE)], days: _Days = 30) -> Response:
    """Show what each channel's posts have led to."""
    reports = [(one, _report(visit, one, days)) for one in visit.store.channels.all()]
    rows = [(channel, found, totals(found.total)) for channel, found in reports]
    return visit.page("library/channels.html", rows=rows, days=days, spans=SPANS)


@router.get("/library/channels/{channel_id}")
def show(visit: Annotated[Visit, may(Action.SEE)], channel_id: int, days: _Days = 30) -> Response:
    """Show one channel: its posts and their numbers, and the hours in which they do best."""
    channel = visit.store.channels.by_id(channel_id)
    found = _report(visit, channel, days)
    advice, problem = _advice(visit, channel)
    return visit.page(
        "library/channel.html",
        channel=channel,
        days=days,
        spans=SPANS,
        report=found,
        chart=chart_of(found.rows),
        totals=totals(found.total),
        advice=advice,
        problem=problem,
    )


def _report(visit: Visit, channel: Channel, days: int) -> Report:
    since = visit.now - timedelta(days=days)
    rows = visit.store.reports.of_channel(channel.id, since)
    return Report("channel", channel.name, since, rows)


def _advice(visit: Visit, channel: Channel) -> tuple[Advice | None, Refused | None]:
    """Say when its posts do best, or why nobody can tell."""
    try:
        return best_times(visit.store.reports.samples(channel.id), channel.timezone), None
    except Refused as error:
        return None, error
