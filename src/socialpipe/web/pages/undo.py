"""The button of a toast."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.web.auth import may
from socialpipe.web.local import local_path
from socialpipe.web.permissions import Action
from socialpipe.web.undo import undo
from socialpipe.web.visit import Visit

router = APIRouter()


@router.post("/undo/{notice_id}")
def take_back(
    visit: Annotated[Visit, may(Action.ACCOUNT)],
    notice_id: int,
    then: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """Take back what the toast tells of, and show the page again."""
    session = visit.bearer.session_id if visit.bearer else None
    where = visit.workspace.id if visit.workspace else None
    kept = visit.desk.store.notices.take_back(notice_id, session or 0, where)
    visit.tell(undo(visit, kept))
    return visit.go(local_path(then))
