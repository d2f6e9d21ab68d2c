"""The audit log: who did what to what, when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel

from socialpipe.web.api.kinds import PAGE, Cursor, Limit, Page, before, page
from socialpipe.web.api.route import router as new_router
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = new_router("audit")


class Entry(BaseModel):
    """Something that somebody did."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str


@router.get("", response_model=Page[Entry])
def index(
    visit: Annotated[Visit, may(Action.SEE_AUDIT)], cursor: Cursor = None, limit: Limit = PAGE
) -> dict[str, object]:
    """List what was done in the workspace, the newest first."""
    room = visit.desk.store.audit
    found = room.of(visit.home.id, before=before(cursor), limit=limit + 1)
    return page(found, limit, lambda one: one.id, lambda one: one)
