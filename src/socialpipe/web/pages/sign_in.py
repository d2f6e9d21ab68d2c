"""Signing in and out: password, second factor, and links that serve once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.errors import NotFound
from socialpipe.store.tickets import Purpose
from socialpipe.web import cookies
from socialpipe.web.auth import may
from socialpipe.web.i18n import gettext as _
from socialpipe.web.local import local_path
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter()

Next = Annotated[str, Form(alias="next")]


@router.get("/sign-in")
def ask(
    visit: Annotated[Visit, may(Action.OPEN)],
    next: str = "/",  # noqa: A002 - what the address calls it
) -> Response:
    """Ask for the password."""
    if visit.person is not None:
        return visit.go(local_path(next))
    return _form(visit, next)


@router.post("/sign-in")
def check(
    visit: Annotated[Visit, may(Action.OPEN)],
    email: Annotated[str, Form()],
    password: Annotated[str, Form()],
    next: Next = "/",  # noqa: A002
) -> Response:
    """Check the password; with a second factor, ask for that."""
    store = visit.desk.store
    counted = visit.check_pace(email)
    person = store.people.with_password(email, password)
    if person is None:
        store.throttle.failed(counted)
        return _form(visit, next, email, _("E-mail address or password is wrong."))
    if person.has_totp:
        ticket = store.tickets.make(Purpose.SECOND_FACTOR, person.id)
        return _code_form(visit, next, ticket)
    store.throttle.succeeded(counted)
    return _welcome(visit, person.id, next)


@router.post("/sign-in/code")
def check_code(
    visit: Annotated[Visit, may(Action.OPEN)],
    ticket: Annotated[str, Form()],
    code: Annotated[str, Form()],
    next: Next = "/",  # noqa: A002
) -> Response:
    """Check the second factor."""
    store = visit.desk.store
    found = store.tickets.look(ticket, Purpose.SECOND_FACTOR)
    person = store.people.get(found.person_id or 0)
    counted = visit.check_pace(person.email)
    if not store.second_factor.is_right(person.id, code):
        store.throttle.failed(counted)
        return _code_form(visit, next, ticket, _("This code is wrong."))
    store.tickets.take(ticket, Purpose.SECOND_FACTOR)
    store.throttle.succeeded(counted)
    return _welcome(visit, person.id, next)


@router.get("/sign-in/{token}")
def offer(visit: Annotated[Visit, may(Action.OPEN)], token: str) -> Response:
    """Ask to go on: whatever looks at links beforehand must not use this one up."""
    visit.desk.store.tickets.look(token, Purpose.SIGN_IN)
    return visit.page("sign/link.html", token=token)


@router.post("/sign-in/{token}")
def by_link(visit: Annotated[Visit, may(Action.OPEN)], token: str) -> Response:
    """Sign in by a link that serves once."""
    found = visit.desk.store.tickets.take(token, Purpose.SIGN_IN)
    if found.person_id is None:
        raise NotFound("This link is for nobody.")
    return _welcome(visit, found.person_id, "/")


@router.post("/sign-out")
def leave(visit: Annotated[Visit, may(Action.ACCOUNT)]) -> Response:
    """End this session."""
    if visit.bearer and visit.bearer.session_id is not None:
        visit.desk.store.sessions.revoke(visit.me.id, visit.bearer.session_id)
    response = visit.go("/sign-in")
    cookies.forget(response, https=visit.is_https)
    return response


def _welcome(visit: Visit, person_id: int, then: str) -> Response:
    store = visit.desk.store
    token = store.sessions.open(person_id, visit.request.headers.get("user-agent", ""))
    response = visit.go(local_path(then))
    cookies.set_session(response, token, https=visit.is_https)
    return response


def _form(visit: Visit, then: str, email: str = "", problem: str | None = None) -> Response:
    status = 401 if problem else 200
    typed = {"next": local_path(then), "email": email, "problem": problem, "note": None}
    return visit.page("sign/in.html", status=status, **typed)


def _code_form(visit: Visit, then: str, ticket: str, problem: str | None = None) -> Response:
    status = 401 if problem else 200
    typed = {"next": local_path(then), "ticket": ticket, "problem": problem}
    return visit.page("sign/code.html", status=status, **typed)
