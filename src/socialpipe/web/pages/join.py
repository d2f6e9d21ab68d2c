"""Accepting an invitation: with the account that one has, or with a new one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.errors import AccessDenied, NotFound, SocialpipeError
from socialpipe.model.people import Person
from socialpipe.store.tickets import Purpose, Ticket
from socialpipe.web import cookies
from socialpipe.web.auth import may
from socialpipe.web.i18n import gettext as _
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter()


@router.get("/join/{token}")
def ask(visit: Annotated[Visit, may(Action.OPEN)], token: str) -> Response:
    """Say to what, and ask who they are if we do not know."""
    return _page(visit, token, _ticket(visit, token))


@router.post("/join/{token}")
def join(
    visit: Annotated[Visit, may(Action.OPEN)],
    token: str,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """Make them a member, and sign them in."""
    store = visit.desk.store
    found = _ticket(visit, token)
    known = _account(visit, found)
    if known is not None and (visit.person is None or visit.person.id != known.id):
        raise AccessDenied(
            _("There is an account for this address already."), _("Sign in first, then join.")
        )
    try:
        person = known or store.people.add(found.email or "", name, password)
    except SocialpipeError as error:
        return _page(visit, token, found, name, error)
    store.tickets.take(token, Purpose.INVITATION)
    assert found.workspace_id is not None  # noqa: S101 - an invitation has both
    assert found.role is not None  # noqa: S101
    store.people.join(person.id, found.workspace_id, found.role)
    store.audit.note(found.workspace_id, person.email, "person.join", person.email, found.role)
    return _enter(visit, person, found.workspace_id)


def _enter(visit: Visit, person: Person, workspace_id: int) -> Response:
    store = visit.desk.store
    token = store.sessions.open(person.id, visit.request.headers.get("user-agent", ""))
    bearer = store.sessions.bearer(token)
    if bearer and bearer.session_id is not None:
        store.sessions.look_at(bearer.session_id, workspace_id)
    response = visit.go("/")
    cookies.set_session(response, token, https=visit.is_https)
    return response


def _ticket(visit: Visit, token: str) -> Ticket:
    return visit.desk.store.tickets.look(token, Purpose.INVITATION)


def _account(visit: Visit, found: Ticket) -> Person | None:
    try:
        return visit.desk.store.people.by_email(found.email or "")
    except NotFound:
        return None


def _page(
    visit: Visit,
    token: str,
    found: Ticket,
    name: str = "",
    problem: SocialpipeError | None = None,
) -> Response:
    there = {one.id: one.name for one in visit.desk.store.workspaces.all()}
    return visit.page(
        "sign/join.html",
        status=400 if problem else 200,
        token=token,
        ticket=found,
        place=there.get(found.workspace_id or 0, ""),
        known=_account(visit, found),
        name=name,
        problem=problem,
    )
