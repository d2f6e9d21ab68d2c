"""The first run: whoever holds the link that the terminal showed becomes the owner."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.errors import NotFound, SocialpipeError
from socialpipe.model.people import Role
from socialpipe.store.schema import FIRST_WORKSPACE
from socialpipe.store.tickets import Purpose
from socialpipe.web import cookies
from socialpipe.web.auth import may
from socialpipe.web.i18n import gettext as _
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter()


@router.get("/setup")
def ask(visit: Annotated[Visit, may(Action.OPEN)], token: str = "") -> Response:
    """Ask who the owner is."""
    _only_once(visit)
    visit.desk.store.tickets.look(token, Purpose.SETUP)
    return visit.page("sign/setup.html", token=token, email="", name="", problem=None)


@router.post("/setup")
def make(
    visit: Annotated[Visit, may(Action.OPEN)],
    token: Annotated[str, Form()],
    email: Annotated[str, Form()],
    name: Annotated[str, Form()],
    password: Annotated[str, Form()],
) -> Response:
    """Make the owner, and sign them in."""
    _only_once(visit)
    store = visit.desk.store
    store.tickets.look(token, Purpose.SETUP)
    try:
        owner = store.people.add_first(email, name, password)
    except SocialpipeError as error:
        return visit.page(
            "sign/setup.html", status=400, token=token, email=email, name=name, problem=error
        )
    store.tickets.take(token, Purpose.SETUP)
    store.people.join(owner.id, FIRST_WORKSPACE, Role.OWNER)
    store.audit.note(FIRST_WORKSPACE, owner.email, "setup", owner.email)
    agent = visit.request.headers.get("user-agent", "")
    response = visit.go("/")
    cookies.set_session(response, store.sessions.open(owner.id, agent), https=visit.is_https)
    return response


def _only_once(visit: Visit) -> None:
    if visit.desk.store.people.any():
        raise NotFound(_("There is no such page."))
