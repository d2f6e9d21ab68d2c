"""The web role: health, metrics, and the state of every delivery."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse
from fastapi.templating import Jinja2Templates

from socialpipe import __version__
from socialpipe.errors import NotFound, SocialpipeError
from socialpipe.model import Delivery, State
from socialpipe.resources import templates
from socialpipe.schedule.explain import explain
from socialpipe.store import Store
from socialpipe.web.health import health, ready, status
from socialpipe.web.links import add_links


def create(store: Store) -> FastAPI:
    """Build the ASGI application."""
    app = FastAPI(
        title="socialpipe",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    _add_health(app, store)
    _add_api(app, store)
    _add_pages(app, store)
    add_links(app, store)
    app.add_exception_handler(SocialpipeError, _problem)
    return app


def _add_health(app: FastAPI, store: Store) -> None:
    @app.get("/livez", include_in_schema=False)
    def livez() -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    @app.get("/readyz", include_in_schema=False)
    def readyz() -> JSONResponse:
        found = ready(store)
        return JSONResponse(found, status_code=status(found))

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> JSONResponse:
        found = health(store)
        return JSONResponse(found, status_code=status(found))


def _add_api(app: FastAPI, store: Store) -> None:
    @app.get("/metrics", include_in_schema=False)
    def metrics() -> PlainTextResponse:
        from socialpipe.web.metrics import CONTENT_TYPE, exposition  # not everybody scrapes

        return PlainTextResponse(exposition(store), media_type=CONTENT_TYPE)

    @app.get("/api/v1/deliveries")
    def deliveries(
        state: Annotated[list[State] | None, Query()] = None, channel: str | None = None
    ) -> list[dict[str, Any]]:
        found = store.deliveries.find(states=state or (), channel_name=channel)
        return [as_json(delivery, store.now()) for delivery in found]

    @app.get("/api/v1/deliveries/{delivery_id}")
    def delivery(delivery_id: int) -> dict[str, Any]:
        found = store.deliveries.get(delivery_id)
        events = [
            {"at": event.at, "state": event.to_state, "actor": event.actor, "text": event.text}
            for event in store.deliveries.events(delivery_id)
        ]
        return {**as_json(found, store.now()), "events": events}


def _add_pages(app: FastAPI, store: Store) -> None:
    @app.get("/static/socialpipe.css", include_in_schema=False)
    def style() -> FileResponse:
        return FileResponse(templates() / "web" / "socialpipe.css", media_type="text/css")

    pages = Jinja2Templates(directory=templates() / "web")

    @app.get("/", include_in_schema=False)
    def home(request: Request) -> HTMLResponse:
        now = store.now()
        found = store.deliveries.find()
        rows = [(delivery, explain(delivery, now)) for delivery in found]
        return pages.TemplateResponse(
            request,
            "deliveries.html",
            {"rows": rows, "now": now, "counts": store.deliveries.counts()},
        )

    @app.get("/deliveries/{delivery_id}", include_in_schema=False)
    def one(request: Request, delivery_id: int) -> HTMLResponse:
        found = store.deliveries.get(delivery_id)
        context = {
            "delivery": found,
            "explanation": explain(found, store.now()),
            "events": store.deliveries.events(delivery_id),
            "texts": store.deliveries.texts(delivery_id),
        }
        return pages.TemplateResponse(request, "delivery.html", context)


def as_json(delivery: Delivery, now: datetime) -> dict[str, Any]:
    """Describe a delivery for a program."""
    told = explain(delivery, now)
    return {
        "id": delivery.id,
        "state": delivery.state,
        "channel": delivery.channel,
        "platform": delivery.platform,
        "title": delivery.title,
        "due_at": delivery.due_at,
        "attempt": delivery.attempt,
        "url": delivery.receipt.url if delivery.receipt else None,
        "cause": told.cause,
        "next_step": told.next_step,
        "when": told.when,
        "who": told.who,
    }


def _problem(_request: Request, error: Exception) -> JSONResponse:
    status = 404 if isinstance(error, NotFound) else 503
    detail = str(error)
    return JSONResponse(
        {"type": "about:blank", "title": type(error).__name__, "status": status, "detail": detail},
        status_code=status,
        media_type="application/problem+json",
    )
