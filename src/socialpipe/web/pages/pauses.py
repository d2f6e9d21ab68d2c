"""Stopping and going on: a channel, all channels, everything; and shuffling a queue."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.model import Json
from socialpipe.store.channels import BY_HAND
from socialpipe.store.places import MOVABLE
from socialpipe.web import brake
from socialpipe.web.auth import may
from socialpipe.web.i18n import gettext as _
from socialpipe.web.local import local_path
from socialpipe.web.pages.calendar import moment_of
from socialpipe.web.permissions import Action
from socialpipe.web.undo import undoes
from socialpipe.web.visit import Visit

router = APIRouter()

_Next = Annotated[str, Form(alias="next")]


@router.post("/calendar/channels/{channel_id}/pause")
def pause(
    visit: Annotated[Visit, may(Action.OPERATE)], channel_id: int, then: _Next = "/calendar"
) -> Response:
    """Let nothing out on a channel."""
    return _pause(visit, [visit.store.channels.by_id(channel_id).id], then)


@router.post("/calendar/channels/{channel_id}/resume")
def resume(
    visit: Annotated[Visit, may(Action.OPERATE)], channel_id: int, then: _Next = "/calendar"
) -> Response:
    """Let a channel publish again."""
    return _resume(visit, [visit.store.channels.by_id(channel_id).id], then)


@router.post("/calendar/channels/pause")
def pause_all(visit: Annotated[Visit, may(Action.OPERATE)], then: _Next = "/calendar") -> Response:
    """Let nothing out on any channel of the workspace."""
    running = [one.id for one in visit.store.channels.all() if not one.paused]
    return _pause(visit, running, then)


@router.post("/calendar/channels/resume")
def resume_all(visit: Annotated[Visit, may(Action.OPERATE)], then: _Next = "/calendar") -> Response:
    """Let every channel publish again that a person paused; what is broken stays paused."""
    found = visit.store.channels.all()
    return _resume(visit, [one.id for one in found if one.pause_reason == BY_HAND], then)


@router.post("/calendar/channels/{channel_id}/shuffle")
def shuffle(
    visit: Annotated[Visit, may(Action.PLAN)], channel_id: int, then: _Next = "/calendar"
) -> Response:
    """Put what waits in a channel's slots into another order."""
    channel = visit.store.channels.by_id(channel_id)
    waiting = visit.store.deliveries.find(states=MOVABLE, channel_name=channel.name)
    before = {str(one.id): moment_of(one) for one in waiting if one.in_slot}
    moved = visit.store.moves.shuffle(channel, secrets.token_hex(4), visit.actor)
    told = _("Other times now: %(num)s") % {"num": moved}
    visit.tell(told, undo=("delivery.move", {"to": before}) if moved else None)
    return visit.go(local_path(then))


@router.post("/freeze")
def freeze(
    visit: Annotated[Visit, may(Action.FREEZE)],
    reason: Annotated[str, Form(max_length=200)] = "",
    then: _Next = "/calendar",
) -> Response:
    """Publish nothing new, on any channel, until somebody unfreezes."""
    brake.freeze(visit, reason)
    return visit.go(local_path(then))


@router.post("/unfreeze")
def unfreeze(visit: Annotated[Visit, may(Action.FREEZE)], then: _Next = "/calendar") -> Response:
    """Publish again; what is late goes out paced."""
    if brake.unfreeze(visit):
        visit.tell(_("Publishing goes on; late posts of a channel keep a distance."))
    return visit.go(local_path(then))


@undoes("channel.pause", Action.OPERATE)
def _unpause(visit: Visit, values: Json) -> str:
    for key in values["ids"]:
        visit.store.channels.resume(key)
    return _("Undone.")


@undoes("channel.resume", Action.OPERATE)
def _repause(visit: Visit, values: Json) -> str:
    for key, reason in values["reasons"].items():
        visit.store.channels.pause(int(key), reason)
    return _("Undone.")


def _pause(visit: Visit, ids: list[int], then: str) -> Response:
    for key in ids:
        visit.store.channels.pause(key, BY_HAND)
    visit.audit("channel.pause", " ".join(map(str, ids)))
    visit.tell(
        _("Paused. What falls into the pause waits, and does not go out all at once after it."),
        undo=("channel.pause", {"ids": ids}) if ids else None,
    )
    return visit.go(local_path(then))


def _resume(visit: Visit, ids: list[int], then: str) -> Response:
    reasons = {str(key): visit.store.channels.by_id(key).pause_reason or BY_HAND for key in ids}
    for key in ids:
        visit.store.channels.resume(key)
    visit.audit("channel.resume", " ".join(map(str, ids)))
    visit.tell(
        _("Goes on. Late posts of a channel keep a distance."),
        undo=("channel.resume", {"reasons": reasons}) if ids else None,
    )
    return visit.go(local_path(then))
