"""Reports: how people reacted to what is out, and when posts do best."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from socialpipe.model.metrics import Metrics as Told
from socialpipe.schedule.best_times import best_times as advise
from socialpipe.store.reports import Report as Found
from socialpipe.store.reports import Standing
from socialpipe.web.api.kinds import Id, Time
from socialpipe.web.api.route import router as new_router
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = new_router("reports")

_USUAL = timedelta(days=30)
Since = Annotated[
    Time | None, Query(description="Published or reacted to since; 30 days, if not given.")
]


class Metrics(BaseModel):
    """Counts; null: no network tells."""

    views: int | None
    likes: int | None
    reposts: int | None
    quotes: int | None
    replies: int | None
    saves: int | None
    clicks: int | None
    interactions: int


class Published(BaseModel):
    """A post that is out, and its numbers."""

    delivery: int
    campaign: int
    channel: str
    platform: str
    title: str
    url: str | None
    published_at: datetime | None
    read_at: datetime | None = Field(description="null: no numbers were read (yet).")
    numbers: Metrics
    gained: Metrics = Field(description="What came since.")


class Report(BaseModel):
    """What came of a campaign or a channel."""

    title: str
    since: datetime
    posts: list[Published]
    total: Metrics
    gained: Metrics
    groups: dict[str, Metrics] = Field(
        description="Sums by channel of a campaign, by campaign of a channel."
    )


class BestTime(BaseModel):
    """An hour of the week in the channel's zone."""

    weekday: int = Field(description="0 is Monday.")
    hour: int
    gain: float = Field(description="0.25 is a quarter above the mean.")
    posts: int = Field(description="That went out in that hour.")


class Advice(BaseModel):
    """The best hours first; none where no hour stands out."""

    timezone: str
    posts: int
    hours: int
    times: list[BestTime]


@router.get("/campaigns/{campaign_id}")
def campaign(
    visit: Annotated[Visit, may(Action.SEE)], campaign_id: Id, since: Since = None
) -> Report:
    """Report on a campaign."""
    title = visit.store.library.get(campaign_id).title
    at = since or visit.now - _USUAL
    rows = visit.store.reports.of_campaign(campaign_id, at)
    return _told(Found("campaign", title, at, rows))


@router.get("/channels/{channel_id}")
def channel(
    visit: Annotated[Visit, may(Action.SEE)], channel_id: Id, since: Since = None
) -> Report:
    """Report on a channel."""
    name = visit.store.channels.by_id(channel_id).name
    at = since or visit.now - _USUAL
    return _told(Found("channel", name, at, visit.store.reports.of_channel(channel_id, at)))


@router.get("/channels/{channel_id}/best-times")
def best_times(visit: Annotated[Visit, may(Action.SEE)], channel_id: Id) -> Advice:
    """Say in which hours of the week posts did better than the mean; 409: too little to tell."""
    found = visit.store.channels.by_id(channel_id)
    advice = advise(visit.store.reports.samples(channel_id), found.timezone)
    times = [BestTime(**asdict(one)) for one in advice.times]
    return Advice(timezone=found.timezone, posts=advice.posts, hours=advice.hours, times=times)


def _told(found: Found) -> Report:
    return Report(
        title=found.title,
        since=found.since,
        posts=[_post(one) for one in found.rows],
        total=_numbers(found.total),
        gained=_numbers(found.gained),
        groups={name: _numbers(total) for name, total in found.groups.items()},
    )


def _post(one: Standing) -> Published:
    delivery = one.delivery
    same = ("channel", "platform", "title", "published_at")
    return Published(
        **{name: getattr(delivery, name) for name in same},
        delivery=delivery.id,
        campaign=delivery.campaign_id,
        url=delivery.receipt.url if delivery.receipt else None,
        read_at=one.read_at,
        numbers=_numbers(one.now),
        gained=_numbers(one.gained),
    )


def _numbers(told: Told) -> Metrics:
    return Metrics(**asdict(told), interactions=told.interactions)
