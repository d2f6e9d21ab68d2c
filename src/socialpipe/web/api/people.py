"""People of the workspace, and invitations to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from socialpipe.model.people import Member, Role
from socialpipe.web import team
from socialpipe.web.api.kinds import Id, Strict, Text
from socialpipe.web.api.route import router as new_router
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = new_router("people")


class Known(BaseModel):
    """Somebody in the workspace."""

    id: int
    email: str
    name: str
    role: Role
    second_factor: bool
    disabled_at: datetime | None


class NewInvitation(Strict):
    """Whom to let in, and as what."""

    email: Text = Field(max_length=200, examples=["somebody@example.com"])
    role: Role


class NewRole(Strict):
    """What somebody shall be."""

    role: Role


class Waiting(BaseModel):
    """An invitation that nobody has taken yet."""

    id: int
    email: str
    role: Role
    expires_at: datetime


class Secret(BaseModel):
    """A link, to be sent on."""

    link: str = Field(description="Shown this once; it works once.")


@router.get("")
def index(visit: Annotated[Visit, may(Action.SEE_PEOPLE)]) -> list[Known]:
    """List who is in the workspace."""
    return [_told(one) for one in visit.desk.store.people.members(visit.home.id)]


@router.get("/invitations", response_model=list[Waiting])
def invitations(visit: Annotated[Visit, may(Action.SEE_PEOPLE)]) -> object:
    """List the invitations that wait, the newest first."""
    return visit.desk.store.tickets.invitations(visit.home.id)


@router.post("/invitations", status_code=201)
def invite(visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)], wanted: NewInvitation) -> Secret:
    """Make an invitation. Only an owner makes owners."""
    return Secret(link=team.invite(visit, wanted.email, wanted.role))


@router.delete("/invitations/{invitation_id}", status_code=204)
def withdraw(visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)], invitation_id: Id) -> None:
    """Make an invitation worthless."""
    team.withdraw(visit, invitation_id)


@router.put("/{person_id}/role")
def change_role(
    visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)], person_id: Id, wanted: NewRole
) -> Known:
    """Change what somebody is here."""
    team.change_role(visit, person_id, wanted.role)
    return _told(team.member(visit, person_id))


@router.delete("/{person_id}", status_code=204)
def remove(visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)], person_id: Id) -> None:
    """Take somebody out of the workspace."""
    team.remove(visit, person_id)


@router.post("/{person_id}/sign-out", status_code=204)
def sign_out(visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)], person_id: Id) -> None:
    """Sign somebody out everywhere."""
    team.sign_out(visit, person_id)


@router.post("/{person_id}/password-link", status_code=201)
def password_link(visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)], person_id: Id) -> Secret:
    """Make a link with which somebody chooses a new password."""
    _found, link = team.password_link(visit, person_id)
    return Secret(link=link)


def _told(found: Member) -> Known:
    person = found.person
    return Known(
        id=person.id,
        email=person.email,
        name=person.name,
        role=found.role,
        second_factor=person.has_totp,
        disabled_at=person.disabled_at,
    )
