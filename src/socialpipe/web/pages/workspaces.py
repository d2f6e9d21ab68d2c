"""Workspaces: turn to another one, make one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.errors import NotFound
from socialpipe.web import team
from socialpipe.web.auth import may
from socialpipe.web.i18n import gettext as _
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter()


@router.get("/settings/workspaces")
def index(visit: Annotated[Visit, may(Action.ACCOUNT)]) -> Response:
    """Show those that one is in."""
    return visit.page(
        "settings/workspaces.html", memberships=visit.desk.store.people.memberships(visit.me.id)
    )


@router.post("/settings/workspaces")
def make(
    visit: Annotated[Visit, may(Action.MANAGE_WORKSPACES)], name: Annotated[str, Form()]
) -> Response:
    """Make one; whoever makes it is its owner. It shares nothing with this one."""
    return _turn(visit, team.make_workspace(visit, name).id)


@router.post("/settings/workspaces/{workspace_id}/open")
def turn(visit: Annotated[Visit, may(Action.ACCOUNT)], workspace_id: int) -> Response:
    """Look at another one."""
    _be_member(visit, workspace_id)
    return _turn(visit, workspace_id)


@router.post("/settings/workspaces/{workspace_id}/leave")
def leave(visit: Annotated[Visit, may(Action.ACCOUNT)], workspace_id: int) -> Response:
    """Leave one."""
    _be_member(visit, workspace_id)
    store = visit.desk.store
    store.people.leave(visit.me.id, workspace_id)
    store.audit.note(workspace_id, visit.actor, "person.leave", visit.me.email)
    visit.tell(_("You have left it."))
    return visit.go("/settings/workspaces")


def _be_member(visit: Visit, workspace_id: int) -> None:
    mine = {one.workspace.id for one in visit.desk.store.people.memberships(visit.me.id)}
    if workspace_id not in mine:
        raise NotFound(_("You are in no such workspace."))


def _turn(visit: Visit, workspace_id: int) -> Response:
    if visit.bearer and visit.bearer.session_id is not None:
        visit.desk.store.sessions.look_at(visit.bearer.session_id, workspace_id)
    return visit.go("/")
