"""The library: campaigns with their posts and numbers, and posts that are used again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.model.draft import Draft
from socialpipe.store.reports import Report
from socialpipe.web.auth import may
from socialpipe.web.chart import chart_of, totals
from socialpipe.web.i18n import gettext as _
from socialpipe.web.i18n import ngettext
from socialpipe.web.permissions import Action
from socialpipe.web.reuse import Reuse, keep_campaign
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
        drafts=_drafts(visit, wanted) if before is None else [],
    )


def _drafts(visit: Visit, wanted: str) -> list[Draft]:
    """Return the drafts that have a text; none when nothing is looked for."""
    if not wanted or not visit.may(Action.COMPOSE):
        return []
    return visit.store.drafts.open(wanted)


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
    found = Report("campaign", article.title, _EVER, store.reports.of_campaign(campaign_id, _EVER))
    return visit.page(
        "library/campaign.html",
        campaign_id=campaign_id,
        article=article,
        rows=[(one, store.deliveries.texts(one.id)) for one in deliveries],
        chart=chart_of(found.rows),
        totals=totals(found.total),
        channels=store.channels.all(),
    )


@router.post("/library/{campaign_id}/evergreen")
def keep(  # noqa: PLR0917 - the fields of a form
    visit: Annotated[Visit, may(Action.PLAN)],
    campaign_id: int,
    channel: Annotated[list[int], Form(max_length=100)],
    days: Annotated[int, Form(ge=1, le=3650)] = 30,
    most: Annotated[int, Form(ge=1, le=1000)] = 6,
    review: Annotated[bool, Form()] = False,  # noqa: FBT002 - a box of a form
) -> Response:
    """Keep the article of a campaign for slots that would stay empty."""
    channels = [visit.store.channels.by_id(key) for key in dict.fromkeys(channel)]
    keep_campaign(visit, campaign_id, Reuse(channels, timedelta(days=days), most, review))
    visit.tell(_("It is kept for free slots."))
    return visit.go("/library/evergreens")
