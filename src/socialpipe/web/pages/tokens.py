"""API tokens: keys for programs, shown once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.model.people import Scope
from socialpipe.web import team
from socialpipe.web.auth import may
from socialpipe.web.i18n import gettext as _
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter()


@router.get("/settings/tokens")
def index(visit: Annotated[Visit, may(Action.OWN_TOKENS)]) -> Response:
    """Show one's own."""
    return _page(visit)


@router.post("/settings/tokens")
def make(
    visit: Annotated[Visit, may(Action.OWN_TOKENS)],
    name: Annotated[str, Form(max_length=80)],
    scopes: Annotated[list[Scope], Form()],
) -> Response:
    """Make one for this workspace."""
    return _page(visit, team.make_token(visit, name, frozenset(scopes)))


@router.post("/settings/tokens/{token_id}/revoke")
def revoke(visit: Annotated[Visit, may(Action.OWN_TOKENS)], token_id: int) -> Response:
    """Make one worthless."""
    team.revoke_token(visit, token_id)
    visit.tell(_("The token was revoked."))
    return visit.go("/settings/tokens")


def _page(visit: Visit, token: str | None = None) -> Response:
    kept = visit.desk.store.sessions.tokens(team.me(visit))
    return visit.page("settings/tokens.html", tokens=kept, scopes=list(Scope), token=token)
