"""What a client without an account sees by their link: the posts of one campaign."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.errors import NotFound
from socialpipe.model import State
from socialpipe.web.auth import linked
from socialpipe.web.i18n import gettext as _
from socialpipe.web.look import looks_of
from socialpipe.web.pages.review import picture
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter()


@router.get("/r/{token}")
def index(visit: Annotated[Visit, linked(Action.SEE_REVIEW)], token: str) -> Response:
    """Show the posts as they will look."""
    deliveries = visit.store.listing.campaign(_campaign(visit))
    return visit.page(
        "review/link.html",
        base=f"/r/{token}",
        deliveries=deliveries,
        waiting=sum(one.state is State.IN_REVIEW for one in deliveries),
        looks=looks_of(visit.store, deliveries),
        menu=[],
    )


@router.post("/r/{token}/{delivery_id}/approve")
def approve(
    visit: Annotated[Visit, linked(Action.APPROVE)], token: str, delivery_id: int
) -> Response:
    """Let one go out."""
    _check(visit, delivery_id)
    visit.store.reviews.approve(delivery_id, visit.actor)
    visit.audit("review.approve", str(delivery_id))
    return visit.go(f"/r/{token}#post-{delivery_id}")


@router.post("/r/{token}/{delivery_id}/return")
def send_back(
    visit: Annotated[Visit, linked(Action.COMMENT)],
    token: str,
    delivery_id: int,
    comment: Annotated[str, Form(min_length=1, max_length=2000)],
) -> Response:
    """Say what has to change."""
    _check(visit, delivery_id)
    visit.store.reviews.send_back(delivery_id, visit.actor, comment.strip())
    visit.audit("review.return", str(delivery_id))
    return visit.go(f"/r/{token}#post-{delivery_id}")


@router.get("/r/{token}/{delivery_id}/images/{name}")
def image(
    visit: Annotated[Visit, linked(Action.SEE_REVIEW)], delivery_id: int, name: str
) -> Response:
    """Show an image of a post."""
    _check(visit, delivery_id)
    return picture(visit, delivery_id, name)


def _campaign(visit: Visit) -> int:
    """Return the campaign of the link.

    Raises NotFound.
    """
    if visit.link is None:
        raise NotFound(_("There is no such page."))
    return visit.link.campaign_id


def _check(visit: Visit, delivery_id: int) -> None:
    """Let through only what is of the link's campaign, and composed.

    Raises NotFound.
    """
    known = {one.id for one in visit.store.listing.campaign(_campaign(visit))}
    if delivery_id not in known:
        raise NotFound(_("There is no such post here."))
