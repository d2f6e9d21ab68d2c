"""The library: campaigns with their posts and numbers, and posts that are used again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from socialpipe.model.metrics import added
from socialpipe.web.auth import may
from socialpipe.web.i18n import gettext as _
from socialpipe.web.i18n import ngettext
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter()

_PAGE = 50  # campaigns
_LONGEST = 200  # characters of a search
_EVER = datetime(2000, 1, 1, tzinfo=UTC)


@router.get("/library")
def index(
    visit: Annotated[Visit, may(Action.SEE)], q: str = "", before: int | None = None
) -> Response:
    """Show the campaigns, or those that have a text."""
    wanted = q.strip()[:_LONGEST]
    found = visit.store.library.search(wanted, _PAGE + 1, before)
    return visit.page(
        "library/index.html",
        fragment="library/found.html",
        wanted=wanted,
        found=found[:_PAGE],
        older=found[_PAGE - 1].id if len(found) > _PAGE else None,
    )


@router.get("/library/evergreens")
def evergreens(visit: Annotated[Visit, may(Action.SEE)]) -> Response:
    """Show what fills slots that would stay empty."""
    return visit.page("library/evergreens.html", stock=visit.store.evergreens.all())


@router.post("/library/evergreens/{evergreen_id}/stop")
def stop(visit: Annotated[Visit, may(Action.COMPOSE)], evergreen_id: int) -> Response:
    """Use one no more."""
    n = visit.store.evergreens.stop(evergreen_id, visit.actor)
    text = ngettext(
        "Stopped; %(n)s waiting delivery is cancelled.",
        "Stopped; %(n)s waiting deliveries are cancelled.",
        n,
    )
    visit.tell(text % {"n": n})
    visit.audit("evergreen.stop", str(evergreen_id))
    return visit.go("/library/evergreens")


@router.get("/library/{campaign_id}")
def show(visit: Annotated[Visit, may(Action.SEE)], campaign_id: int) -> Response:
    """Show one campaign: its article, posts, deliveries and numbers."""
    store = visit.store
    article = store.library.article(campaign_id)
    deliveries = store.deliveries.find(campaign_id=campaign_id)
    standings = store.reports.of_campaign(campaign_id, _EVER)
    return visit.page(
        "library/campaign.html",
        article=article,
        rows=[(one, store.deliveries.texts(one.id)) for one in deliveries],
        numbers={one.delivery.id: one for one in standings if one.read_at},
        total=added([one.now for one in standings if one.read_at]),
        counts=[
            ("views", _("Views")),
            ("likes", _("Likes")),
            ("reposts", _("Reposts")),
            ("quotes", _("Quotes")),
            ("replies", _("Replies")),
            ("saves", _("Saves")),
            ("clicks", _("Clicks")),
        ],
    )
