"""Who an MCP client acts for: whoever started the program, or the bearer of an API token."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from socialpipe.model.people import Member, Person, Role
from socialpipe.model.people import Scope as Right
from socialpipe.store.sessions import Bearer
from socialpipe.web.desk import Desk
from socialpipe.web.permissions import Action
from socialpipe.web.refusal import SignInNeeded, problem
from socialpipe.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Callers:
    """Turns a call of a tool into a visit; without a `local` speaker, each call needs a token."""

    desk: Desk
    local: Bearer | None = None

    def visit(self, request: Request | None) -> Visit:
        """Say who asks.

        Raises SignInNeeded for a worthless token.
        """
        if self.local is not None:
            return Visit(self.desk, _nowhere(), Action.SEE, self.local)
        token = _token(request.headers.get("authorization", "")) if request else ""
        bearer = self.desk.store.sessions.token_bearer(token) if token else None
        if request is None or bearer is None:
            raise SignInNeeded("This API token is wrong or was revoked.", "Make another one.")
        return Visit(self.desk, request, Action.SEE, bearer)


def local(desk: Desk, name: str, rights: frozenset[Right]) -> Bearer:
    """Return who sits at this machine: like its commands, they act in the settings' workspace."""
    place = desk.store.workspaces.named(desk.settings.workspace)
    person = Person(0, f"{name} (MCP)", name)
    return Bearer(person, Member(person, place, Role.OWNER), scopes=rights)


class Guard:
    """Lets no request in that has no token of worth. Pure ASGI."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app = app
        self._callers = Callers(desk)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        from starlette.concurrency import run_in_threadpool

        if scope["type"] == "http":
            try:
                await run_in_threadpool(self._callers.visit, Request(scope))
            except SignInNeeded as error:
                answer = problem(401, "SignInNeeded", str(error))
                answer.headers["WWW-Authenticate"] = "Bearer"
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _token(header: str) -> str:
    kind, _, token = header.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _nowhere() -> Request:
    """Return a request that came by no network."""
    return Request({"type": "http", "method": "POST", "path": "/mcp", "headers": []})
