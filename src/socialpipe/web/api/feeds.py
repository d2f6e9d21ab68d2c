"""Feeds: sites whose every new entry is queued by itself."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field

from socialpipe.composing import Options
from socialpipe.errors import Refused, TryAgain
from socialpipe.store.feeds import Watched, Wishes
from socialpipe.web.api.articles import Address
from socialpipe.web.api.kinds import Id, Strict, Text
from socialpipe.web.api.problems import Unprocessable
from socialpipe.web.api.route import router as new_router
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = new_router("feeds")


class NewFeed(Strict):
    """What to watch, and where its entries go out."""

    url: Address = Field(description="Of the feed, or of a page that names it.")
    channels: list[Text] = Field(min_length=1, max_length=100, description="Names of channels.")
    at_once: bool = Field(False, description="As soon as it is composed; else the next slot.")
    review: bool = Field(False, description="Each waits for approval.")
    every_seconds: int = Field(900, ge=60, le=604_800, description="Between two looks.")
    latest: int = Field(0, ge=0, le=50, description="Queue the newest that are there already.")


class Feed(BaseModel):
    """A feed, and how the last look at it went."""

    id: int
    url: str
    title: str
    channels: list[str]
    at_once: bool
    review: bool
    every_seconds: float
    looked_at: datetime | None
    next_look: datetime | None = Field(description="null: it is stopped.")
    stopped_at: datetime | None
    problem: str | None
    entries: dict[str, int] = Field(description="How many, by state.")


class Entry(BaseModel):
    """An entry of a feed, and what became of it."""

    title: str
    url: str | None
    state: str
    campaign_id: int | None
    reason: str | None
    seen_at: datetime


class FeedDetail(Feed):
    """A feed with its newest entries."""

    newest: list[Entry]


@router.post("", status_code=201, response_model=Feed)
def add(
    visit: Annotated[Visit, may(Action.PLAN)], wanted: NewFeed, response: Response
) -> dict[str, object]:
    """Watch a feed from now on. `at_once` needs the right to publish."""
    from socialpipe.watching import first_look

    if wanted.at_once:
        visit.require(Action.PUBLISH)
    channels = [visit.store.channels.get(name) for name in dict.fromkeys(wanted.channels)]
    interval = timedelta(seconds=wanted.every_seconds)
    wishes = Wishes(asdict(Options()), wanted.at_once, wanted.review, interval)
    try:
        seen = first_look(wanted.url)
    except (Refused, TryAgain) as error:
        raise Unprocessable(error.what, error.fix) from None
    made = visit.store.feeds.add(seen, channels, wishes, wanted.latest)
    visit.audit("feed.add", made.url)
    response.headers["Location"] = f"/api/v1/feeds/{made.id}"
    return _told(made)


@router.get("", response_model=list[Feed])
def index(visit: Annotated[Visit, may(Action.SEE)]) -> list[dict[str, object]]:
    """List the feeds, the stopped ones too."""
    return [_told(one) for one in visit.store.feeds.all()]


@router.get("/{feed_id}", response_model=FeedDetail)
def show(visit: Annotated[Visit, may(Action.SEE)], feed_id: Id) -> dict[str, object]:
    """Return one with its newest entries."""
    found = visit.store.feeds.get(feed_id)
    return {**_told(found), "newest": visit.store.feed_entries.of(feed_id)}


@router.post("/{feed_id}/stop", response_model=Feed)
def stop(visit: Annotated[Visit, may(Action.PLAN)], feed_id: Id) -> dict[str, object]:
    """Watch it no more; what is queued goes out all the same."""
    visit.store.feeds.stop(feed_id)
    return _noted(visit, feed_id, "feed.stop")


@router.post("/{feed_id}/check", response_model=Feed)
def check(visit: Annotated[Visit, may(Action.PLAN)], feed_id: Id) -> dict[str, object]:
    """Look at it within seconds; watches a stopped one again."""
    if visit.store.feeds.get(feed_id).wishes.at_once:
        visit.require(Action.PUBLISH)
    visit.store.feeds.look_now(feed_id)
    return _noted(visit, feed_id, "feed.check")


def _noted(visit: Visit, feed_id: int, action: str) -> dict[str, object]:
    found = visit.store.feeds.get(feed_id)
    visit.audit(action, found.url)
    return _told(found)


def _told(found: Watched) -> dict[str, object]:
    same = ("id", "url", "title", "looked_at", "stopped_at", "problem")
    return {
        **{name: getattr(found, name) for name in same},
        "channels": [one.name for one in found.channels],
        "at_once": found.wishes.at_once,
        "review": found.wishes.needs_review,
        "every_seconds": found.wishes.interval.total_seconds(),
        "next_look": None if found.stopped_at else found.due_at,
        "entries": found.counts,
    }
