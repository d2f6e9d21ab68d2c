"""Tools for looking back and ahead: reports, best times, the calendar."""

from __future__ import annotations

from typing import Any

from socialpipe.web.api import calendar, reports
from socialpipe.web.api.kinds import Time
from socialpipe.web.mcp.offers import offer
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit


@offer(Action.SEE)
def report_campaign(visit: Visit, campaign_id: int, since: Time | None = None) -> Any:
    """Report how people reacted to the posts of a campaign."""
    return reports.campaign(visit, campaign_id, since)


@offer(Action.SEE)
def report_channel(visit: Visit, channel_id: int, since: Time | None = None) -> Any:
    """Report how people reacted to what a channel published."""
    return reports.channel(visit, channel_id, since)


@offer(Action.SEE)
def best_times(visit: Visit, channel_id: int) -> Any:
    """Say in which hours of the week a channel's posts do best."""
    return reports.best_times(visit, channel_id)


@offer(Action.SEE)
def show_calendar(visit: Visit, wanted: calendar.Span) -> Any:
    """Show what goes out when, what speaks against it, and which slots are free."""
    return calendar.index(visit, wanted)
