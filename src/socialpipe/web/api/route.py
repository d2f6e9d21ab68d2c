"""What every route of the API does besides its own work: count, and answer repeats alike."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from socialpipe.errors import AccessDenied, Refused, UsageError
from socialpipe.model import Json
from socialpipe.store.idempotency import Call, OtherBodyError
from socialpipe.store.tokens import hashed
from socialpipe.web import cookies
from socialpipe.web.api.pace import Pace
from socialpipe.web.api.problems import PROBLEMS, Unprocessable
from socialpipe.web.auth import gate_of
from socialpipe.web.refusal import TooManyRequests
from socialpipe.web.visit import Visit

_Handler = Callable[[Request], Coroutine[Any, Any, Response]]

KEY = "Idempotency-Key"
_LONGEST_KEY = 255
_PACE = "socialpipe.pace"  # where a request keeps what is left to its caller
# Nothing was done. After any other error nobody knows, so the key stays: see `Idempotency.begin`.
_REFUSALS = (Refused, UsageError, AccessDenied, RequestValidationError, HTTPException)
_KEPT = ("content-type", "location", "etag")  # headers of an answer that is given again
_KEY_PARAMETER = {
    "name": KEY,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": f"^[!-~]{{1,{_LONGEST_KEY}}}$"},
    "description": "A repeat with the same key and body does nothing, and is answered as the "
    "first call was, for 24 hours.",
}


class ApiRoute(APIRoute):
    """A route that counts its callers, and does a call with a key once."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        if "POST" in (given.get("methods") or ()):
            given["openapi_extra"] = {"parameters": [_KEY_PARAMETER]}
        super().__init__(path, endpoint, **given)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; every answer tells what is left to the caller."""

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start" and _PACE in scope:
                MutableHeaders(scope=message).update(scope[_PACE].headers)
            await send(message)

        await super().handle(scope, receive, counted)

    def get_route_handler(self) -> _Handler:
        """Wrap what FastAPI does for the route."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            visit = await run_in_threadpool(self._visit, request)
            if KEY not in request.headers or request.method != "POST":
                return await inner(request)
            return await _once(visit, await _call(visit), inner)

        return handler

    def _visit(self, request: Request) -> Visit:
        """Say who asks.

        Raises SignInNeeded or AccessDenied before anything is counted, then TooManyRequests.
        """
        gate = gate_of(self)
        assert gate is not None  # noqa: S101 - `auth.check` has seen to it
        visit = gate.visit(request)
        visit.require(gate.action)
        request.state.visit = visit
        standing = pace_of(request).take(_caller(visit))
        request.scope[_PACE] = standing
        if not standing.allowed:
            raise TooManyRequests("These are too many requests.", f"Wait {standing.wait} seconds.")
        return visit


def router(noun: str) -> APIRouter:
    """Return the router of a noun below /api/v1."""
    return APIRouter(
        prefix=f"/api/v1/{noun}", tags=[noun], route_class=ApiRoute, responses=PROBLEMS
    )


def pace_of(request: Request) -> Pace:
    """Return what counts the requests of this process."""
    state = request.app.state
    if not hasattr(state, "pace"):
        state.pace = Pace(state.desk.settings.api_per_minute)
    pace: Pace = state.pace
    return pace


async def _once(visit: Visit, asked: Call, inner: _Handler) -> Response:
    room = visit.store.idempotency
    try:
        before = await run_in_threadpool(room.begin, asked)
    except OtherBodyError as error:
        raise Unprocessable(error.what, error.fix) from None
    if before is not None:
        headers = {**before["headers"], "Idempotent-Replayed": "true"}
        return Response(before["body"], before["status"], headers)
    try:
        response = await inner(visit.request)
    except _REFUSALS:
        await run_in_threadpool(room.release, asked)
        raise
    await run_in_threadpool(room.finish, asked, _answer(response))
    return response


async def _call(visit: Visit) -> Call:
    request = visit.request
    key = request.headers[KEY]
    if not (0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        raise UsageError(f"{KEY} is no key.", "Send 1 to 255 printable characters, as of a UUID.")
    body = request.url.query.encode() + b"\n" + await request.body()
    route = f"{request.method} {request.url.path}"
    return Call(_caller(visit), route, key, hashlib.sha256(body).hexdigest())


def _answer(response: Response) -> Json:
    kept = {name: response.headers[name] for name in _KEPT if name in response.headers}
    return {
        "status": response.status_code,
        "headers": kept,
        "body": bytes(response.body).decode(),
    }


def _caller(visit: Visit) -> str:
    """Name a token or a session in a workspace, without telling it."""
    request = visit.request
    shown = request.headers.get("authorization") or cookies.session(request) or ""
    where = visit.workspace.id if visit.workspace else None
    return hashed(json.dumps([shown, where]))
