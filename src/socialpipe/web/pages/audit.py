"""The audit log: who did what to what, when."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter()

_PAGE = 50


@router.get("/settings/audit")
def index(visit: Annotated[Visit, may(Action.SEE_AUDIT)], before: int | None = None) -> Response:
    """Show it, the newest first."""
    entries = visit.desk.store.audit.of(visit.home.id, before=before, limit=_PAGE)
    older = entries[-1].id if len(entries) == _PAGE else None
    return visit.page("settings/audit.html", entries=entries, older=older)
