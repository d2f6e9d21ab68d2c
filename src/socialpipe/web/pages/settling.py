"""Deliveries that need a person's eyes: is it out, what should it say, should it go away."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.errors import PlatformError, Refused, UsageError
from socialpipe.model import State
from socialpipe.platforms.limits import limits_of
from socialpipe.text.rewording import reworded
from socialpipe.web.auth import may
from socialpipe.web.i18n import gettext as _
from socialpipe.web.network import engine_of
from socialpipe.web.pages.deliveries import page_of
from socialpipe.web.permissions import Action
from socialpipe.web.places import given_up
from socialpipe.web.visit import Visit
from socialpipe.web.words import said

router = APIRouter()

_AGAIN = (State.FAILED, State.MISSED)


@router.post("/deliveries/{delivery_id}/look")
def look(visit: Annotated[Visit, may(Action.OPERATE)], delivery_id: int) -> Response:
    """Look at the network for what may be ours."""
    from socialpipe.recovery import look_up

    visit.store.deliveries.get(delivery_id)
    try:
        with given_up():
            looked = look_up(engine_of(visit), delivery_id)
    except PlatformError as error:
        return page_of(visit, delivery_id, problem=error)
    return page_of(visit, delivery_id, looked=looked)


@router.post("/deliveries/{delivery_id}/out")
def out(
    visit: Annotated[Visit, may(Action.OPERATE)],
    delivery_id: int,
    url: Annotated[str, Form(max_length=2000)],
) -> Response:
    """Settle it: it is out, there."""
    if not url.startswith(("https://", "http://")):
        raise UsageError(_("This is no address of a post."), _("Paste its address: https://…"))
    visit.store.deliveries.confirm_published(delivery_id, url, visit.actor)
    visit.tell(_("Settled: it is out."))
    return visit.go(f"/deliveries/{delivery_id}")


@router.post("/deliveries/{delivery_id}/absent")
def absent(visit: Annotated[Visit, may(Action.OPERATE)], delivery_id: int) -> Response:
    """Settle it: it is not out, so it is sent again."""
    visit.store.deliveries.confirm_absent(delivery_id, visit.actor)
    visit.tell(_("Settled: it is not out, so it is sent again."))
    return visit.go(f"/deliveries/{delivery_id}")


@router.post("/deliveries/{delivery_id}/edit")
def edit(
    visit: Annotated[Visit, may(Action.OPERATE)],
    delivery_id: int,
    texts: Annotated[list[str], Form(alias="text", max_length=100)],
) -> Response:
    """Change the text; what failed or was missed is tried again with it."""
    found = visit.store.deliveries.get(delivery_id)
    limits = limits_of(visit.store.channels.by_id(found.channel_id))
    texts = [text.replace("\r\n", "\n").strip("\n") for text in texts]  # as forms send them
    try:
        changed = reworded(visit.store.reviews.post(delivery_id), texts, limits)
    except Refused as error:
        return page_of(visit, delivery_id, problem=error, typed=texts)
    again = visit.desk.settings.edit_needs_review
    visit.store.reviews.replace(delivery_id, changed, visit.actor, review_again=again)
    if found.state in _AGAIN:
        visit.store.deliveries.retry(delivery_id, visit.actor)
        visit.tell(_("Changed, and tried again."))
    else:
        visit.tell(_("Changed."))
    return visit.go(f"/deliveries/{delivery_id}")


@router.post("/deliveries/{delivery_id}/delete")
def delete(visit: Annotated[Visit, may(Action.OPERATE)], delivery_id: int) -> Response:
    """Take a published post down from its network."""
    from socialpipe.takedown import take_down

    visit.store.deliveries.get(delivery_id)
    try:
        with given_up():
            take_down(engine_of(visit), delivery_id)
    except PlatformError as error:
        visit.tell(_("It is still there: %(why)s") % {"why": said(error)}, tone="bad")
    else:
        visit.audit("delivery.delete", str(delivery_id))
        visit.tell(_("It was taken down."))
    return visit.go(f"/deliveries/{delivery_id}")
