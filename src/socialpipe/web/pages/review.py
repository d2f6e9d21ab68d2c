"""Review: what waits for approval, and links for clients who have no account."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.errors import NotFound
from socialpipe.web import sharing
from socialpipe.web.auth import may
from socialpipe.web.i18n import gettext as _
from socialpipe.web.look import looks_of
from socialpipe.web.permissions import Action
from socialpipe.web.sharing import MOST_DAYS, Share
from socialpipe.web.visit import Visit

router = APIRouter()


@router.get("/review")
def index(visit: Annotated[Visit, may(Action.SEE_REVIEW)]) -> Response:
    """Show what waits, campaign by campaign."""
    return _page(visit)


@router.post("/review/{delivery_id}/approve")
def approve(visit: Annotated[Visit, may(Action.APPROVE)], delivery_id: int) -> Response:
    """Let one go out."""
    visit.store.reviews.approve(delivery_id, visit.actor)
    visit.tell(_("Approved. It goes out at its time."))
    return visit.go("/review")


@router.post("/review/{delivery_id}/return")
def send_back(
    visit: Annotated[Visit, may(Action.COMMENT)],
    delivery_id: int,
    comment: Annotated[str, Form(min_length=1, max_length=2000)],
) -> Response:
    """Keep one, with what has to change."""
    visit.store.reviews.send_back(delivery_id, visit.actor, comment.strip())
    visit.tell(_("Returned with your comment."))
    return visit.go("/review")


@router.get("/review/{delivery_id}/images/{name}")
def image(visit: Annotated[Visit, may(Action.SEE_REVIEW)], delivery_id: int, name: str) -> Response:
    """Show an image of a post: the first is 0."""
    return picture(visit, delivery_id, name)


@router.post("/review/campaigns/{campaign_id}/links")
def share(
    visit: Annotated[Visit, may(Action.SHARE_REVIEW)],
    campaign_id: int,
    name: Annotated[str, Form(min_length=1, max_length=80)],
    days: Annotated[int, Form(ge=1, le=MOST_DAYS)] = 7,
    may_approve: Annotated[bool, Form()] = False,  # noqa: FBT002 - a box of a form
) -> Response:
    """Make a link for a client; it is shown this once."""
    link = sharing.share(visit, Share(campaign_id, name, days, may_approve))
    return _page(visit, link=link, whose=name)


@router.post("/review/links/{link_id}/revoke")
def revoke(visit: Annotated[Visit, may(Action.SHARE_REVIEW)], link_id: int) -> Response:
    """Make a link worthless."""
    sharing.revoke(visit, link_id)
    visit.tell(_("The link no longer works."))
    return visit.go("/review")


def picture(visit: Visit, delivery_id: int, name: str) -> Response:
    """Send an image of a post to whoever may see the post.

    Raises NotFound.
    """
    cards = visit.store.reviews.post(delivery_id).cards
    if not (name.isascii() and name.isdecimal() and int(name) < len(cards)):
        raise NotFound(_("There is no such image."))
    card = cards[int(name)]
    return Response(card.data, media_type=card.mime, headers={"Cache-Control": "private"})


def _page(visit: Visit, link: str | None = None, whose: str = "") -> Response:
    waiting = visit.store.listing.waiting_for_review()
    groups: list[dict[str, Any]] = []
    for campaign_id, found in groupby(waiting, key=lambda one: one.campaign_id):
        deliveries = list(found)
        links = visit.store.review_links.of(campaign_id)
        live = [one for one in links if one.revoked_at is None and one.expires_at > visit.now]
        groups.append({"id": campaign_id, "deliveries": deliveries, "links": live})
    looks = looks_of(visit.store, waiting)
    context: dict[str, Any] = {"groups": groups, "looks": looks, "link": link, "whose": whose}
    return visit.page("review/index.html", days=MOST_DAYS, **context)
