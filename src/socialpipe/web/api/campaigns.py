"""Campaigns: an article that goes out on some channels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field, model_validator

from socialpipe.errors import Refused
from socialpipe.model import OnMiss
from socialpipe.store.intake import Terms
from socialpipe.store.library import Shelved
from socialpipe.web.api.articles import Source, Wishes, options_of, read
from socialpipe.web.api.deliveries import Delivery, as_json
from socialpipe.web.api.kinds import PAGE, Cursor, Id, Limit, Page, Text, Time, before, page
from socialpipe.web.api.route import router as new_router
from socialpipe.web.api.timing import Timing
from socialpipe.web.auth import may
from socialpipe.web.network import engine_of
from socialpipe.web.permissions import Action
from socialpipe.web.queueing import Stood, queued
from socialpipe.web.visit import Visit

router = new_router("campaigns")


class NewCampaign(Source, Timing):
    """An article, and where and when it goes out."""

    channels: list[Text] = Field(min_length=1, max_length=100, description="Names of channels.")
    on_miss: OnMiss | None = Field(None, description="If its time passes unserved.")
    not_before: Time | None = Field(None, description="Embargo: never earlier.")
    expires_at: Time | None = Field(None, description="Never later: it is missed then.")
    stagger_seconds: int = Field(0, ge=0, le=604_800, description="Between two channels.")
    options: Wishes = Field(default_factory=Wishes)

    @model_validator(mode="after")
    def _timely(self) -> NewCampaign:
        if self.not_before and self.expires_at and self.expires_at <= self.not_before:
            raise ValueError("it expires before its embargo ends")
        return self


class Queued(BaseModel):
    """A delivery of a new campaign."""

    id: int
    channel: str
    wanted_at: datetime
    warnings: list[str] = Field(description="What is in its way, each with its fix.")


class Accepted(BaseModel):
    """A campaign that was queued; workers compose and draw it."""

    id: int
    deliveries: list[Queued]


class Campaign(BaseModel):
    """A campaign."""

    id: int
    title: str
    state: str = Field(description="new, claimed, ready or failed: how far it is composed.")
    reason: str | None = Field(description="Why it could not be composed.")
    language: str
    url: str | None = Field(description="Of the article.")
    created_at: datetime
    published: int = Field(description="How many of its posts are out.")


class CampaignDetail(Campaign):
    """A campaign with its article and what came of it."""

    text: str
    deliveries: list[Delivery]


@router.post("", status_code=201)
def add(
    visit: Annotated[Visit, may(Action.PLAN)], wanted: NewCampaign, response: Response
) -> Accepted:
    """Queue an article for channels. `when: now` needs the right to publish."""
    made = queue(visit, wanted)
    response.headers["Location"] = f"/api/v1/campaigns/{made.id}"
    return made


@router.get("", response_model=Page[Campaign])
def index(
    visit: Annotated[Visit, may(Action.SEE)],
    q: Annotated[
        Text | None, Query(max_length=200, description="In the article, its posts, or channels.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE,
) -> dict[str, object]:
    """List campaigns, the newest first."""
    found = visit.store.library.search(q or "", limit + 1, before(cursor))
    return page(found, limit, lambda one: one.id, describe)


@router.get("/{campaign_id}", response_model=CampaignDetail)
def show(visit: Annotated[Visit, may(Action.SEE)], campaign_id: Id) -> dict[str, object]:
    """Return one with its article and deliveries."""
    found = visit.store.library.get(campaign_id)
    deliveries = visit.store.deliveries.find(campaign_id=campaign_id)
    told = [as_json(one, visit.now) for one in deliveries]
    text = visit.store.library.article(campaign_id).text
    return {**describe(found), "text": text, "deliveries": told}


def queue(visit: Visit, wanted: NewCampaign) -> Accepted:
    """Queue an article.

    Raises NotFound for a channel, Unprocessable for an article, Refused for a time.
    """
    from socialpipe.preflight import admit

    wanted.check(visit)
    channels = [visit.store.channels.get(name) for name in dict.fromkeys(wanted.channels)]
    if wanted.at and wanted.not_before and wanted.at < wanted.not_before:
        raise Refused("It is under embargo at that time.", "Give a later time.")
    now = visit.store.now()
    orders = [wanted.order(one, now) for one in channels]
    admit(engine_of(visit), channels)
    article = read(wanted)
    campaign_id, ids = visit.store.campaigns.queue(
        article,
        orders,
        options=asdict(options_of(visit, wanted.options, wanted, article)),
        terms=_terms(visit, wanted),
        stagger=timedelta(seconds=wanted.stagger_seconds),
        actor=visit.actor,
    )
    visit.audit("campaign.queue", article.title, f"campaign {campaign_id}")
    told = (queued(visit, one, key) for one, key in zip(channels, ids, strict=True))
    return accepted(campaign_id, told)


def accepted(campaign_id: int, deliveries: Iterable[Stood]) -> Accepted:
    """Describe what was queued for a program."""
    told = [
        Queued(id=one.id, channel=one.channel.name, wanted_at=one.at, warnings=one.warnings)
        for one in deliveries
    ]
    return Accepted(id=campaign_id, deliveries=told)


def describe(found: Shelved) -> dict[str, object]:
    """Describe a campaign for a program."""
    return asdict(found)


def _terms(visit: Visit, wanted: NewCampaign) -> Terms:
    settings = visit.desk.settings
    return Terms.of(
        settings,
        on_miss=wanted.on_miss or settings.on_miss,
        needs_review=wanted.review,
        not_before=wanted.not_before,
        expires_at=wanted.expires_at,
    )
