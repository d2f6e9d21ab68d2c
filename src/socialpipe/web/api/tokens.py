"""API tokens: one's own, in this workspace."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from socialpipe.model.people import Scope
from socialpipe.web import team
from socialpipe.web.api.kinds import Id, Strict, Text
from socialpipe.web.api.route import router as new_router
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = new_router("tokens")


class NewToken(Strict):
    """A key for a program."""

    name: Text = Field(min_length=1, max_length=80)
    scopes: list[Scope] = Field(
        min_length=1, max_length=10, description="Of those that the calling token has."
    )


class Token(BaseModel):
    """A key for a program, without its secret."""

    id: int
    name: str
    scopes: list[Scope]
    created_at: datetime
    used_at: datetime | None


class Made(BaseModel):
    """A new key."""

    token: str = Field(description="Shown this once.")


@router.get("", response_model=list[Token])
def index(visit: Annotated[Visit, may(Action.OWN_TOKENS)]) -> object:
    """List one's own, the oldest first."""
    return visit.desk.store.sessions.tokens(team.me(visit))


@router.post("", status_code=201)
def make(visit: Annotated[Visit, may(Action.OWN_TOKENS)], wanted: NewToken) -> Made:
    """Make one that may no more than the calling one."""
    return Made(token=team.make_token(visit, wanted.name, frozenset(wanted.scopes)))


@router.delete("/{token_id}", status_code=204)
def revoke(visit: Annotated[Visit, may(Action.OWN_TOKENS)], token_id: Id) -> None:
    """Make one worthless."""
    team.revoke_token(visit, token_id)
