"""A new password, by a link that serves once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.errors import SocialpipeError
from socialpipe.store.tickets import Purpose
from socialpipe.web.auth import may
from socialpipe.web.i18n import gettext as _
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter()


@router.get("/password/{token}")
def ask(visit: Annotated[Visit, may(Action.OPEN)], token: str) -> Response:
    """Ask for the new one."""
    visit.desk.store.tickets.look(token, Purpose.PASSWORD)
    return visit.page("sign/password.html", token=token, problem=None)


@router.post("/password/{token}")
def change(
    visit: Annotated[Visit, may(Action.OPEN)], token: str, password: Annotated[str, Form()]
) -> Response:
    """Change it; whoever was signed in with the old one is no more."""
    store = visit.desk.store
    found = store.tickets.look(token, Purpose.PASSWORD)
    try:
        store.people.set_password(found.person_id or 0, password)
    except SocialpipeError as error:
        return visit.page("sign/password.html", status=400, token=token, problem=error)
    store.tickets.take(token, Purpose.PASSWORD)
    store.audit.note(None, "password link", "password.change", str(found.person_id))
    return visit.page(
        "sign/in.html", next="/", email="", problem=None, note=_("Changed. Please sign in.")
    )
