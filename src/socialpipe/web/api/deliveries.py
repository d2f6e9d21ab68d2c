"""Deliveries: what happens to each post, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field

from socialpipe.errors import NotFound
from socialpipe.model import Delivery as Found
from socialpipe.model import Event as Happened
from socialpipe.model import Json, State
from socialpipe.schedule.explain import Circumstances, explain
from socialpipe.store.circumstances import around
from socialpipe.store.listing import Filters as Wanted
from socialpipe.web.api.kinds import (
    PAGE,
    Cursor,
    Id,
    Key,
    Limit,
    Page,
    Strict,
    Text,
    Time,
    before,
    page,
)
from socialpipe.web.api.route import router as new_router
from socialpipe.web.api.versions import version_of
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = new_router("deliveries")


class Explanation(BaseModel):
    """Why it stands where it does."""

    cause: str
    next_step: str
    when: datetime | None = Field(description="When the next step comes; null: nobody knows.")
    who: str = Field(description="Who must act.")


class Delivery(Explanation):
    """A post on one channel at one time."""

    id: int
    campaign_id: int
    channel: str
    platform: str
    title: str
    state: State
    wanted_at: datetime
    due_at: datetime = Field(description="When it is tried next; later than wanted after a retry.")
    published_at: datetime | None
    deleted_at: datetime | None
    attempt: int
    max_attempts: int
    url: str | None = Field(description="Of the published post.")
    warnings: list[str]


class Event(BaseModel):
    """A change, or something worth knowing."""

    at: datetime
    state: State
    actor: str
    text: str


class Attempt(BaseModel):
    """A try, with the network's answer."""

    n: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None = Field(description="Published, or what went wrong; null: under way.")
    detail: str | None


class Image(BaseModel):
    """A card that goes with the post."""

    alt: str
    width: int
    height: int
    mime: str
    path: str = Field(description="Where its bytes are.")


class DeliveryDetail(Delivery):
    """A delivery with its texts and its story."""

    texts: list[str] = Field(description="One a part; empty while it is not composed.")
    link: str | None
    first_comment: str | None
    images: list[Image]
    events: list[Event]
    attempts: list[Attempt]


class Filters(Strict):
    """Which deliveries; all that is given must fit."""

    state: list[State] = Field(default_factory=list, max_length=20)
    channel: Text | None = Field(None, max_length=200, description="Its name.")
    campaign: Key | None = Field(None, description="Its id.")
    q: Text | None = Field(
        None, max_length=200, description="In the title, the post or the reason."
    )
    since: Time | None = Field(None, description="Wanted out not before.")
    until: Time | None = Field(None, description="Wanted out before.")
    cursor: Cursor = None
    limit: Limit = PAGE


@router.get("", response_model=Page[Delivery])
def index(
    visit: Annotated[Visit, may(Action.SEE)], wanted: Annotated[Filters, Query()]
) -> dict[str, object]:
    """List deliveries, the newest first."""
    return listed(visit, wanted)


@router.get("/{delivery_id}", response_model=DeliveryDetail)
def one(
    visit: Annotated[Visit, may(Action.SEE)], delivery_id: Id, response: Response
) -> dict[str, object]:
    """Return one with its texts, its timeline and its tries; the ETag is for edits."""
    told, response.headers["ETag"] = detail(visit, delivery_id)
    return told


@router.get("/{delivery_id}/explanation")
def explained(visit: Annotated[Visit, may(Action.SEE)], delivery_id: Id) -> Explanation:
    """Say why it is not live, what happens next, when, and who must act."""
    found = visit.store.deliveries.get(delivery_id)
    told = explain(found, visit.now, around(visit.store, found))
    return Explanation(cause=told.cause, next_step=told.next_step, when=told.when, who=told.who)


@router.get(
    "/{delivery_id}/images/{n}",
    response_class=Response,
    responses={200: {"content": {"image/*": {}}}},
)
def image(visit: Annotated[Visit, may(Action.SEE_REVIEW)], delivery_id: Id, n: int) -> Response:
    """Send an image of a post: the first is 0."""
    cards = visit.store.reviews.post(delivery_id).cards
    if not 0 <= n < len(cards):
        raise NotFound("There is no such image.")
    return Response(cards[n].data, media_type=cards[n].mime)


def listed(visit: Visit, asked: Filters) -> dict[str, object]:
    """Return a page of deliveries."""
    wanted = Wanted(
        tuple(asked.state),
        channel=asked.channel,
        campaign_id=asked.campaign,
        text=asked.q or "",
        since=asked.since,
        until=asked.until,
    )
    found = visit.store.listing.newest(wanted, before(asked.cursor), asked.limit + 1)
    return page(found, asked.limit, lambda one: one.id, lambda one: as_json(one, visit.now))


def detail(visit: Visit, delivery_id: int) -> tuple[dict[str, object], str]:
    """Describe a delivery with all that is known of it, and name its version."""
    room = visit.store.deliveries
    with visit.together():
        found = room.get(delivery_id)
        body = visit.store.listing.bodies([delivery_id]).get(delivery_id, {})
        texts = [text for text, *_ in body.get("parts", ())]
        told = {
            **as_json(found, visit.now, around(visit.store, found)),
            "texts": texts,
            "link": body.get("link"),
            "first_comment": body.get("first_comment"),
            "images": _images(delivery_id, body),
            "events": [_event(one) for one in room.events(delivery_id)],
            "attempts": room.attempts(delivery_id),
        }
    return told, version(found, texts)


def _event(one: Happened) -> dict[str, object]:
    return {"at": one.at, "state": one.to_state, "actor": one.actor, "text": one.text}


def _images(delivery_id: int, body: Json) -> list[dict[str, object]]:
    same = ("alt", "width", "height", "mime")
    return [
        {
            **{name: card[name] for name in same},
            "path": f"/api/v1/deliveries/{delivery_id}/images/{n}",
        }
        for n, card in enumerate(body.get("cards") or ())
    ]


def version(found: Found, texts: Sequence[str]) -> str:
    """Name what an edit could change, and what decides whether it may."""
    return version_of(found.id, found.fence, found.state, found.wanted_at, list(texts))


def as_json(found: Found, now: datetime, around: Circumstances | None = None) -> dict[str, object]:
    """Describe a delivery for a program."""
    told = explain(found, now, around or Circumstances())
    same = ("id", "campaign_id", "channel", "platform", "title", "state", "wanted_at", "due_at")
    more = ("published_at", "deleted_at", "attempt", "max_attempts", "warnings")
    return {
        **{name: getattr(found, name) for name in (*same, *more)},
        "url": found.receipt.url if found.receipt else None,
        "cause": told.cause,
        "next_step": told.next_step,
        "when": told.when,
        "who": told.who,
    }
