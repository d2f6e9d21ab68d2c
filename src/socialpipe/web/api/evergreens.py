"""Evergreen posts: they fill slots that would stay empty, again and again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, Field

from socialpipe.store.evergreens import Stock
from socialpipe.web.api.articles import Source, Wishes, options_of, read
from socialpipe.web.api.kinds import Id, Strict, Text
from socialpipe.web.api.route import router as new_router
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.reuse import Reuse, keep_article, keep_campaign
from socialpipe.web.visit import Visit

router = new_router("evergreens")
_DAY = 86_400  # s


class Terms(Strict):
    """Where it is used, and how often."""

    channels: list[Text] = Field(min_length=1, max_length=100, description="Names of channels.")
    cooldown_seconds: int = Field(30 * _DAY, ge=_DAY, le=3650 * _DAY, description="Between uses.")
    most: int = Field(6, ge=1, le=1000, description="Uses in all, on each channel.")
    review: bool = Field(False, description="Each use waits for approval.")

    def reuse(self, visit: Visit) -> Reuse:
        """Return the terms as they are kept.

        Raises NotFound for a channel.
        """
        names = dict.fromkeys(self.channels)
        channels = [visit.store.channels.get(name) for name in names]
        return Reuse(channels, timedelta(seconds=self.cooldown_seconds), self.most, self.review)


class NewEvergreen(Source, Terms):
    """An article, and how it is used."""

    options: Wishes = Field(default_factory=Wishes)


class Evergreen(BaseModel):
    """An evergreen post of a channel."""

    id: int
    channel: str
    title: str
    cooldown_seconds: float
    most: int
    times: int = Field(description="How often it went out or is about to.")
    last_at: datetime | None
    stopped_at: datetime | None
    problem: str | None = Field(description="Why its article could not be composed.")


class Stopped(BaseModel):
    """What became of what waited."""

    cancelled: int = Field(description="Deliveries that were taken back.")


@router.post("", status_code=201)
def add(visit: Annotated[Visit, may(Action.PLAN)], wanted: NewEvergreen) -> list[Evergreen]:
    """Keep an article for free slots; one for each channel."""
    terms, article = wanted.reuse(visit), read(wanted)
    options = options_of(visit, wanted.options, wanted, article)
    return _those(visit, keep_article(visit, article, asdict(options), terms))


@router.post("/campaigns/{campaign_id}", status_code=201)
def again(
    visit: Annotated[Visit, may(Action.PLAN)], campaign_id: Id, wanted: Terms
) -> list[Evergreen]:
    """Keep the article of a campaign for free slots; one for each channel."""
    visit.store.library.get(campaign_id)
    return _those(visit, keep_campaign(visit, campaign_id, wanted.reuse(visit)))


@router.get("")
def index(visit: Annotated[Visit, may(Action.SEE)]) -> list[Evergreen]:
    """List them, the stopped ones too."""
    return [_told(one) for one in visit.store.evergreens.all()]


@router.post("/{evergreen_id}/stop")
def stop(visit: Annotated[Visit, may(Action.COMPOSE)], evergreen_id: Id) -> Stopped:
    """Use one no more; what of it waits is cancelled."""
    cancelled = visit.store.evergreens.stop(evergreen_id, visit.actor)
    visit.audit("evergreen.stop", str(evergreen_id))
    return Stopped(cancelled=cancelled)


def _those(visit: Visit, ids: list[int]) -> list[Evergreen]:
    return [_told(one) for one in visit.store.evergreens.all() if one.id in ids]


def _told(found: Stock) -> Evergreen:
    same = ("id", "channel", "title", "most", "times", "last_at", "stopped_at")
    return Evergreen(
        **{name: getattr(found, name) for name in same},
        cooldown_seconds=found.cooldown.total_seconds(),
        problem=found.reason,
    )
