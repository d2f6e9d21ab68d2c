"""The web role: pages, API, health and metrics in one ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from types import ModuleType

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from socialpipe import __version__
from socialpipe.settings import Settings, load
from socialpipe.store import Store
from socialpipe.web import api, auth, pages, places, refusal
from socialpipe.web.api import openapi
from socialpipe.web.desk import Desk
from socialpipe.web.security import Armour


def create(store: Store, settings: Settings | None = None) -> FastAPI:
    """Build the ASGI application.

    Raises RuntimeError for a route that does not say who may use it.
    """
    desk = Desk(store, settings or load())
    app = FastAPI(
        title="socialpipe",
        version=__version__,
        docs_url=None,  # its pages load from another host
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=_lifespan,
        middleware=[Middleware(Armour, https=desk.is_https), Middleware(GZipMiddleware)],
    )
    app.state.desk = desk
    for route in (*_routes(pages), *_routes(api)):
        route.include_in_schema = route.path.startswith("/api/")
        app.router.routes.append(route)
    refusal.install(app)
    openapi.install(app)
    auth.check(app)
    desk.paths = frozenset(getattr(route, "path", "") for route in app.routes)
    return app


def _routes(package: ModuleType) -> Iterator[APIRoute]:
    for name in package.MODULES:
        router: APIRouter = import_module(f"{package.__name__}.{name}").router
        yield from (route for route in router.routes if isinstance(route, APIRoute))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    places.prepare()
    yield
    app.state.desk.live.close()
    app.state.desk.composer.close()
