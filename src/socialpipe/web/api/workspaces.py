"""Workspaces: making one. Programs act in that of their token."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from socialpipe.model.people import Workspace as Found
from socialpipe.web import team
from socialpipe.web.api.kinds import Strict, Text
from socialpipe.web.api.route import router as new_router
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = new_router("workspaces")


class NewWorkspace(Strict):
    """How it is called."""

    name: Text = Field(min_length=1, max_length=100)


class Workspace(BaseModel):
    """A tenant: shares nothing with others."""

    id: int
    name: str


@router.get("/this", response_model=Workspace)
def this(visit: Annotated[Visit, may(Action.SEE_PEOPLE)]) -> Found:
    """Return the one that the token is for."""
    return visit.home


@router.post("", status_code=201, response_model=Workspace)
def make(visit: Annotated[Visit, may(Action.MANAGE_WORKSPACES)], wanted: NewWorkspace) -> Found:
    """Make one; whoever asks becomes its owner, and makes tokens for it there."""
    return team.make_workspace(visit, wanted.name)
