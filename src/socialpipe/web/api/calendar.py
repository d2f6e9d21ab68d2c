"""The calendar: what goes out when, what speaks against it, and what is still free."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field, model_validator

from socialpipe.web import grid
from socialpipe.web.api.deliveries import Delivery, as_json
from socialpipe.web.api.kinds import Strict, Text, Time
from socialpipe.web.api.route import router as new_router
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = new_router("calendar")

_LONGEST = timedelta(days=62)
_USUAL = timedelta(days=14)
_EDGE = timedelta(days=1)  # what shares a day of the channel with what is shown


class Span(Strict):
    """Which days, and which channel."""

    since: Time | None = Field(None, description="Now, if not given.")
    until: Time | None = Field(None, description="14 days later, if not given; 62 at most.")
    channel: Text | None = Field(None, max_length=200, description="Its name; null: all.")

    @model_validator(mode="after")
    def _short(self) -> Span:
        if self.since and self.until and not timedelta() < self.until - self.since <= _LONGEST:
            raise ValueError("it ends after it begins, and within 62 days")
        return self


class Entry(BaseModel):
    """A delivery, and what speaks against its time."""

    delivery: Delivery
    movable: bool
    marks: list[str] = Field(description="Conflicts, quiet hours, the daily limit, warnings.")


class Free(BaseModel):
    """A slot that nothing takes."""

    at: datetime
    channel: str


class Calendar(BaseModel):
    """Some days."""

    since: datetime
    until: datetime
    entries: list[Entry]
    free: list[Free]


@router.get("")
def index(visit: Annotated[Visit, may(Action.SEE)], wanted: Annotated[Span, Query()]) -> Calendar:
    """Show what goes out, and the slots that are free."""
    since = wanted.since or visit.now
    until = min(wanted.until or since + _USUAL, since + _LONGEST)
    store, channels = visit.store, visit.store.channels.all()
    chosen = store.channels.get(wanted.channel) if wanted.channel is not None else None
    around = store.listing.span(since - _EDGE, until + _EDGE, chosen.id if chosen else None)
    entries = grid.entries_of(around, {one.id: one for one in channels}, visit.desk.settings)
    free = grid.free_slots([chosen] if chosen else channels, around, max(visit.now, since), until)
    return Calendar(
        since=since,
        until=until,
        entries=[_told(visit, one) for one in entries if since <= one.delivery.wanted_at < until],
        free=[Free(at=one.at, channel=one.channel.name) for one in free],
    )


def _told(visit: Visit, one: grid.Entry) -> Entry:
    delivery = Delivery.model_validate(as_json(one.delivery, visit.now))
    return Entry(delivery=delivery, movable=one.is_movable, marks=list(one.marks))
