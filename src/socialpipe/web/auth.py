"""Every route's first parameter: who asks, and that they may.

    @router.post("/deliveries/{delivery_id}/retry")
    def retry(visit: Annotated[Visit, may(Action.OPERATE)], delivery_id: int) -> Response: ...

A route without it does not start: `check` looks at each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from socialpipe.errors import AccessDenied, NotFound
from socialpipe.store.sessions import Bearer
from socialpipe.web import cookies
from socialpipe.web.desk import Desk
from socialpipe.web.i18n import Viewer, show_to
from socialpipe.web.i18n import gettext as _
from socialpipe.web.permissions import Action
from socialpipe.web.refusal import SignInNeeded
from socialpipe.web.security import is_csrf_token
from socialpipe.web.visit import Visit

CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_OURS = {"same-origin", "none"}  # Sec-Fetch-Site of a click in our pages, or of an address typed in


class Gate:
    """Lets through who may do the action, and says who it is."""

    def __init__(self, action: Action) -> None:
        self.action = action

    async def __call__(self, request: Request) -> Visit:
        """Return the visit.

        Raises SignInNeeded, AccessDenied or NotFound.
        """
        visit, viewer = await run_in_threadpool(self._met, request)
        request.state.visit = visit
        show_to(viewer)
        visit.require(self.action)
        if request.method not in _SAFE and not _by_token(request):
            await _check_origin(visit)
        return visit

    def _met(self, request: Request) -> tuple[Visit, Viewer]:
        """Say who asks and whose eyes the answer is for; a route of the API has asked already."""
        known: Visit | None = getattr(request.state, "visit", None)
        visit = known if known and known.action is self.action else self.visit(request)
        return visit, visit.viewer()

    def visit(self, request: Request) -> Visit:
        """Say who asks, whatever they may do."""
        desk: Desk = request.app.state.desk
        return Visit(desk, request, self.action, _bearer(desk, request))


class LinkGate(Gate):
    """Lets through who has a review link: its token is the `token` of the path."""

    def visit(self, request: Request) -> Visit:
        """Say what the link opens.

        Raises NotFound when it opens nothing any more.
        """
        desk: Desk = request.app.state.desk
        link = desk.store.review_links.known(request.path_params["token"])
        if link is None:
            raise NotFound(
                "This link is not whole, has expired, or was taken back.",
                "Ask whoever sent it for another one.",
            )
        return Visit(desk, request, self.action, link=link)


class Free(Gate):
    """Lets everybody through, and looks nothing up."""

    async def __call__(self, request: Request) -> None:  # type: ignore[override]
        """Do nothing."""


def may(action: Action) -> Any:
    """Declare what a route lets people do; its first parameter is the visit."""
    return Depends(Gate(action))


def free() -> Any:
    """Declare a route that asks nobody who they are, and works without a database."""
    return Depends(Free(Action.OPEN))


def linked(action: Action) -> Any:
    """Declare a route for those who have a review link, below `/r/{token}`."""
    return Depends(LinkGate(action))


def gate_of(route: APIRoute) -> Gate | None:
    """Return the gate of a route."""
    return next((one for one in _calls(route.dependant) if isinstance(one, Gate)), None)


def check(app: FastAPI) -> None:
    """Look whether every route says who may use it.

    Raises RuntimeError, so that a route without a word is no route at all.
    """
    for route in app.routes:
        path = getattr(route, "path", route)
        if path == app.openapi_url:
            continue
        if not isinstance(route, APIRoute) or gate_of(route) is None:
            raise RuntimeError(f"{path} does not say who may use it: add may(Action.…)")


def _bearer(desk: Desk, request: Request) -> Bearer | None:
    if _by_token(request):
        token = request.headers["authorization"].partition(" ")[2].strip()
        found = desk.store.sessions.token_bearer(token)
        if found is None:
            raise SignInNeeded("This API token is wrong or was revoked.", "Make another one.")
        return found
    cookie = cookies.session(request)
    return desk.store.sessions.bearer(cookie) if cookie else None


def _by_token(request: Request) -> bool:
    """Whether a program asks: nothing that a browser adds by itself lets it in."""
    return request.headers.get("authorization", "").lower().startswith("bearer ")


async def _check_origin(visit: Visit) -> None:
    """Let through only what our own page sent.

    Raises AccessDenied.
    """
    request = visit.request
    site = request.headers.get("sec-fetch-site")
    token = request.headers.get(CSRF_HEADER) or await _field(request)
    where = visit.workspace.id if visit.workspace else None
    secret = visit.csrf_secret
    if (site is None or site in _OURS) and secret and is_csrf_token(token, secret, where):
        return
    raise AccessDenied(
        _("This form is too old, or was opened in another workspace or session."),
        _("Go back, load the page again, and send it once more."),
    )


async def _field(request: Request) -> str:
    kind = request.headers.get("content-type", "")
    if not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return ""
    value = (await request.form()).get(CSRF_FIELD)
    return value if isinstance(value, str) else ""


def _calls(dependant: Dependant) -> Iterator[object]:
    for one in dependant.dependencies:
        yield one.call
        yield from _calls(one)
