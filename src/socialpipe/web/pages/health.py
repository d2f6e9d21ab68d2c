"""What supervisors and Prometheus ask: open to whoever reaches the port."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse

from socialpipe.web import health
from socialpipe.web.auth import free

router = APIRouter()


@router.get("/livez", dependencies=[free()])
async def livez() -> PlainTextResponse:
    """Say that this process runs."""
    return PlainTextResponse("ok\n")


@router.get("/readyz", dependencies=[free()])
def readyz(request: Request) -> JSONResponse:
    """Say whether this process can work."""
    found = health.ready(request.app.state.desk.store)
    return JSONResponse(found, status_code=health.status(found))


@router.get("/healthz", dependencies=[free()])
def healthz(request: Request) -> JSONResponse:
    """Say whether the installation publishes."""
    found = health.health(request.app.state.desk.store)
    return JSONResponse(found, status_code=health.status(found))


@router.get("/metrics", dependencies=[free()])
def metrics(request: Request) -> PlainTextResponse:
    """Count for Prometheus."""
    from socialpipe.web.metrics import CONTENT_TYPE, exposition  # not everybody scrapes

    return PlainTextResponse(exposition(request.app.state.desk.store), media_type=CONTENT_TYPE)
