"""API tokens: keys for programs, shown once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.errors import AccessDenied
from socialpipe.model.people import Member, Scope
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
    token = visit.desk.store.sessions.add_token(_me(visit), name, frozenset(scopes))
    visit.audit("token.make", name, " ".join(sorted(scopes)))
    return _page(visit, token)


@router.post("/settings/tokens/{token_id}/revoke")
def revoke(visit: Annotated[Visit, may(Action.OWN_TOKENS)], token_id: int) -> Response:
    """Make one worthless."""
    visit.desk.store.sessions.revoke_token(_me(visit), token_id)
    visit.audit("token.revoke", str(token_id))
    visit.tell(_("The token was revoked."))
    return visit.go("/settings/tokens")


def _page(visit: Visit, token: str | None = None) -> Response:
    kept = visit.desk.store.sessions.tokens(_me(visit))
    return visit.page("settings/tokens.html", tokens=kept, scopes=list(Scope), token=token)


def _me(visit: Visit) -> Member:
    if visit.bearer is None or visit.bearer.member is None:
        raise AccessDenied(_("You are in no workspace."))
    return visit.bearer.member
