"""The first page: whichever of the menu the visitor may see."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from socialpipe.web.auth import may
from socialpipe.web.menu import menu
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter()

_FIRST = ("/calendar", "/deliveries", "/review")


@router.get("/")
def home(visit: Annotated[Visit, may(Action.ACCOUNT)]) -> Response:
    """Go to the page that somebody of this role needs most."""
    if visit.workspace is None:
        return visit.page("nowhere.html")
    there = [one.path for one in menu(visit)]
    return visit.go(next(path for path in (*_FIRST, *there) if path in there))
