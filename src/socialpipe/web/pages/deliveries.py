"""Deliveries: what became of each post, and why."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from socialpipe.model import Delivery, State
from socialpipe.schedule.explain import Explanation, explain
from socialpipe.store.circumstances import around
from socialpipe.store.listing import Filters
from socialpipe.web.auth import may
from socialpipe.web.filters import ATTENTION, Query
from socialpipe.web.live import News
from socialpipe.web.outcomes import meaning, todo
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter()


@router.get("/deliveries")
def index(visit: Annotated[Visit, may(Action.SEE)], request: Request) -> Response:
    """Show the table."""
    query = Query.of(request.query_params)
    with visit.together():
        found = _found(visit, query)
        return visit.page("deliveries/index.html", fragment="deliveries/found.html", **found)


@router.get("/deliveries/live")
def live(visit: Annotated[Visit, may(Action.SEE)], request: Request) -> StreamingResponse:
    """Keep the table up to date, row by row; what is new appears on the first page."""
    query = Query.of(request.query_params)

    def render(news: News) -> str:
        ids, some = news.deliveries, list[Delivery]()
        if ids:
            some = news.once(("some", ids), lambda: visit.store.listing.some(ids))
        if ids and not any(_may_concern(query.filters, one) for one in some):
            return ""
        # What changed may come into what is looked for, or leave it.
        if news.is_whole or query.filters != Filters():
            name = (query.filters, query.page)
            found = news.once(name, lambda: _found(visit, query)) | {"query": query}
            return visit.text("deliveries/live.html", whole=True, **found)
        counts = news.once("counts", lambda: visit.store.listing.counts(query.filters))
        rows = news.once(("rows", ids), lambda: [(one, explain(one, visit.now)) for one in some])
        context = {"query": query, "counts": counts, "attention": ATTENTION}
        return visit.text("deliveries/live.html", whole=False, rows=rows, **context)

    return visit.stream(("deliveries", query), render)


@router.get("/deliveries/{delivery_id}")
def one(visit: Annotated[Visit, may(Action.SEE)], delivery_id: int) -> Response:
    """Show one, with its timeline."""
    return page_of(visit, delivery_id)


@router.get("/deliveries/{delivery_id}/live")
def live_one(visit: Annotated[Visit, may(Action.SEE)], delivery_id: int) -> StreamingResponse:
    """Keep one up to date."""
    visit.store.deliveries.get(delivery_id)

    def render(news: News) -> str:
        is_mine = news.is_whole or delivery_id in news.deliveries
        if news.deliveries and not is_mine:
            return ""
        shown = news.once(("one", delivery_id), lambda: described(visit, delivery_id))
        return visit.text("deliveries/live-one.html", is_changed=is_mine, looked=None, **shown)

    return visit.stream(("delivery", delivery_id), render, every=5)


def page_of(visit: Visit, delivery_id: int, **more: Any) -> Response:
    """Show one delivery; `more`: what was looked up, or what is wrong with what was typed."""
    extra: dict[str, Any] = {"looked": None, "problem": None, "typed": None, **more}
    with visit.together():
        return visit.page("deliveries/one.html", **described(visit, delivery_id), **extra)


def described(visit: Visit, delivery_id: int) -> dict[str, Any]:
    """Gather what the page of one delivery shows."""
    version, deliveries = visit.version, visit.store.deliveries
    found = deliveries.get(delivery_id)
    return {
        "version": version,
        "delivery": found,
        "told": _explained(visit, found),
        "todo": todo(found.state),
        "events": deliveries.events(delivery_id)[::-1],
        "attempts": deliveries.attempts(delivery_id)[::-1],
        "meaning": meaning,
        "texts": deliveries.texts(delivery_id),
    }


def _may_concern(wanted: Filters, one: Delivery) -> bool:
    """Whether a change of a delivery can be seen; its channel and campaign never change."""
    return (wanted.channel_id or one.channel_id) == one.channel_id and (
        wanted.campaign_id or one.campaign_id
    ) == one.campaign_id


def _explained(visit: Visit, found: Delivery) -> Explanation:
    return explain(found, visit.now, around(visit.store, found))


def _found(visit: Visit, query: Query) -> dict[str, Any]:
    version, listing = visit.version, visit.store.listing
    shown, more = listing.page(query.filters, query.page)
    return {
        "version": version,
        "query": query,
        "rows": [(one, explain(one, visit.now)) for one in shown],
        "more": more,
        "counts": listing.counts(query.filters),
        "attention": ATTENTION,
        "channels": visit.store.channels.all(),
        "states": list(State),
    }
