"""Deliveries: what became of each post."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from socialpipe.schedule.explain import explain
from socialpipe.web.auth import may
from socialpipe.web.live import News
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter()


@router.get("/deliveries")
def index(visit: Annotated[Visit, may(Action.SEE)]) -> Response:
    """Show the table."""
    rows = [(one, explain(one, visit.now)) for one in visit.store.deliveries.find()]
    return visit.page("deliveries/index.html", rows=rows, counts=visit.store.deliveries.counts())


@router.get("/deliveries/live")
def live(visit: Annotated[Visit, may(Action.SEE)]) -> StreamingResponse:
    """Keep the table up to date, row by row."""

    def render(news: News) -> str:
        found = [visit.store.deliveries.get(key) for key in sorted(news.deliveries)]
        rows = [(one, explain(one, visit.now)) for one in found]
        counts = visit.store.deliveries.counts()
        return visit.text("deliveries/live.html", rows=rows, counts=counts)

    return visit.stream("deliveries", render)


@router.get("/deliveries/{delivery_id}")
def one(visit: Annotated[Visit, may(Action.SEE)], delivery_id: int) -> Response:
    """Show one, with its timeline."""
    deliveries = visit.store.deliveries
    found = deliveries.get(delivery_id)
    return visit.page(
        "deliveries/one.html",
        delivery=found,
        explanation=explain(found, visit.now),
        events=deliveries.events(delivery_id),
        texts=deliveries.texts(delivery_id),
    )
