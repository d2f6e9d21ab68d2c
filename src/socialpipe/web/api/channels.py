"""Channels: connected accounts. Their credentials are never told."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field

from socialpipe.model import Channel as Found
from socialpipe.schedule import quiet, slots
from socialpipe.store.channels import BY_HAND
from socialpipe.web.api.kinds import Id, Strict, Text, Zone
from socialpipe.web.api.problems import OF_EDITS
from socialpipe.web.api.route import router as new_router
from socialpipe.web.api.versions import IfMatch, check, version_of
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = new_router("channels")


class Channel(BaseModel):
    """A connected account."""

    id: int
    name: str
    platform: str
    timezone: str
    paused: bool
    pause_reason: str | None
    api_base: str | None
    settings: Mapping[str, str] = Field(description="Without any credential.")
    limits: Mapping[str, int] = Field(description="Its server's own, where they differ.")
    credential_ends_at: datetime | None = Field(description="null: not known, or renewed.")


class Timetable(Strict):
    """When a channel posts; what is left out stays."""

    slots: Text | None = Field(None, max_length=2000, examples=["mon-fri 09:00, sat 11:30"])
    quiet: Text | None = Field(None, max_length=100, description='"22:00-07:00"; "": none.')
    timezone: Zone | None = Field(None, description="IANA name.")
    reflow: bool = Field(False, description="Fit what is queued into the slots as they are now.")


class Slot(BaseModel):
    """A time at which a channel posts."""

    at: datetime
    local: str | None = Field(description="On the channel's wall clock.")
    zone: str | None
    free: bool
    delivery: int | None
    title: str | None


class Shuffled(BaseModel):
    """What became of a queue."""

    moved: int = Field(description="Deliveries that have another time now.")


@router.get("", response_model=list[Channel])
def index(visit: Annotated[Visit, may(Action.SEE_CHANNELS)]) -> list[dict[str, object]]:
    """List the channels, by name."""
    return [_told(visit, one) for one in visit.store.channels.all()]


@router.get("/{channel_id}", response_model=Channel)
def show(
    visit: Annotated[Visit, may(Action.SEE_CHANNELS)], channel_id: Id, response: Response
) -> dict[str, object]:
    """Return one; the ETag is for edits."""
    found = visit.store.channels.by_id(channel_id)
    response.headers["ETag"] = _version(found)
    return _told(visit, found)


@router.patch("/{channel_id}", response_model=Channel, responses=OF_EDITS)
def edit(
    visit: Annotated[Visit, may(Action.MANAGE_CHANNELS)],
    channel_id: Id,
    wanted: Timetable,
    response: Response,
    if_match: IfMatch = None,
) -> dict[str, object]:
    """Change slots, quiet hours or zone; what is queued follows the clock of its zone."""
    found = visit.store.channels.by_id(channel_id)
    check(if_match, _version(found))
    settings = {**found.settings, **_checked(wanted)}
    visit.store.channels.configure(found, settings, wanted.timezone or found.timezone)
    visit.store.moves.re_resolve(visit.actor)
    changed = visit.store.channels.by_id(channel_id)
    if wanted.reflow:
        visit.store.places.reflow(changed, visit.actor)
    visit.audit("channel.change", found.name)
    response.headers["ETag"] = _version(changed)
    return _told(visit, changed)


@router.get("/{channel_id}/slots")
def places(
    visit: Annotated[Visit, may(Action.SEE_CHANNELS)],
    channel_id: Id,
    count: Annotated[int, Query(ge=1, le=200)] = 14,
) -> list[Slot]:
    """Show the coming slots, free and taken."""
    coming = visit.store.places.coming(visit.store.channels.by_id(channel_id), count)
    return [
        Slot(
            at=one.moment.at,
            local=one.moment.local,
            zone=one.moment.zone,
            free=one.delivery_id is None,
            delivery=one.delivery_id,
            title=one.title,
        )
        for one in coming
    ]


@router.post("/pause", response_model=list[Channel])
def pause_all(visit: Annotated[Visit, may(Action.OPERATE)]) -> list[dict[str, object]]:
    """Stop publishing on every channel that runs; returns those."""
    running = [one.id for one in visit.store.channels.all() if not one.paused]
    return [pause(visit, key) for key in running]


@router.post("/resume", response_model=list[Channel])
def resume_all(visit: Annotated[Visit, may(Action.OPERATE)]) -> list[dict[str, object]]:
    """Publish on every channel again that a person paused; returns those."""
    found = visit.store.channels.all()
    return [resume(visit, one.id) for one in found if one.pause_reason == BY_HAND]


@router.post("/{channel_id}/shuffle")
def shuffle(visit: Annotated[Visit, may(Action.PLAN)], channel_id: Id) -> Shuffled:
    """Put what waits in its slots into another order."""
    found = visit.store.channels.by_id(channel_id)
    return Shuffled(moved=visit.store.moves.shuffle(found, secrets.token_hex(4), visit.actor))


@router.post("/{channel_id}/pause", response_model=Channel)
def pause(visit: Annotated[Visit, may(Action.OPERATE)], channel_id: Id) -> dict[str, object]:
    """Stop publishing on it; what is queued waits."""
    visit.store.channels.pause(channel_id, BY_HAND)
    return _noted(visit, channel_id, "channel.pause")


@router.post("/{channel_id}/resume", response_model=Channel)
def resume(visit: Annotated[Visit, may(Action.OPERATE)], channel_id: Id) -> dict[str, object]:
    """Publish on it again."""
    visit.store.channels.resume(channel_id)
    return _noted(visit, channel_id, "channel.resume")


def _noted(visit: Visit, channel_id: int, action: str) -> dict[str, object]:
    found = visit.store.channels.by_id(channel_id)
    visit.audit(action, found.name)
    return _told(visit, found)


def _checked(wanted: Timetable) -> dict[str, str]:
    """Return the settings of time that are given.

    Raises UsageError for what cannot be read.
    """
    given = {"slots": wanted.slots, "quiet": wanted.quiet}
    found = {name: text for name, text in given.items() if text is not None}
    if "slots" in found:
        slots.parse(found["slots"])
    quiet.of(found)
    return found


def _version(found: Found) -> str:
    return version_of(found.id, sorted(found.settings.items()), found.timezone)


def _told(visit: Visit, found: Found) -> dict[str, object]:
    same = ("id", "name", "platform", "timezone", "paused", "pause_reason", "api_base")
    stands = visit.store.credentials.get(found.id)
    return {
        **{name: getattr(found, name) for name in (*same, "settings", "limits")},
        "credential_ends_at": stands.ends_at if stands else None,
    }
