"""People of the workspace: invite, change what they are, sign them out, take them out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.model import Json
from socialpipe.model.people import Role
from socialpipe.web import team
from socialpipe.web.auth import may
from socialpipe.web.i18n import gettext as _
from socialpipe.web.permissions import Action
from socialpipe.web.undo import undoes
from socialpipe.web.visit import Visit

router = APIRouter()


@router.get("/settings/people")
def index(visit: Annotated[Visit, may(Action.SEE_PEOPLE)]) -> Response:
    """Show who is here."""
    return _page(visit)


@router.post("/settings/people/invite")
def invite(
    visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)],
    email: Annotated[str, Form()],
    role: Annotated[Role, Form()],
) -> Response:
    """Make an invitation; its link is shown this once, to be sent on."""
    return _page(visit, link=team.invite(visit, email, role), whose=email)


@router.post("/settings/people/invitations/{invitation_id}/withdraw")
def withdraw(visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)], invitation_id: int) -> Response:
    """Make an invitation worthless."""
    team.withdraw(visit, invitation_id)
    visit.tell(_("The invitation was withdrawn."))
    return visit.go("/settings/people")


@router.post("/settings/people/{person_id}/role")
def change_role(
    visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)],
    person_id: int,
    role: Annotated[Role, Form()],
) -> Response:
    """Change what somebody is here."""
    before = team.change_role(visit, person_id, role)
    visit.tell(_("Saved."), undo=("person.role", {"person": person_id, "role": before.role}))
    return visit.go("/settings/people")


@router.post("/settings/people/{person_id}/remove")
def remove(visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)], person_id: int) -> Response:
    """Take somebody out of the workspace."""
    before = team.remove(visit, person_id)
    visit.tell(
        _("They are no longer in this workspace."),
        undo=("person.role", {"person": person_id, "role": before.role}),
    )
    return visit.go("/settings/people")


@router.post("/settings/people/{person_id}/sign-out")
def sign_out(visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)], person_id: int) -> Response:
    """Sign somebody out everywhere, for instance because a computer was lost."""
    team.sign_out(visit, person_id)
    visit.tell(_("They are signed out everywhere."))
    return visit.go("/settings/people")


@router.post("/settings/people/{person_id}/password-link")
def password_link(visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)], person_id: int) -> Response:
    """Make a link with which somebody chooses a new password; it is shown this once."""
    found, link = team.password_link(visit, person_id)
    return _page(visit, link=link, whose=found.person.email)


@undoes("person.role", Action.MANAGE_PEOPLE)
def _give_back(visit: Visit, values: Json) -> str:
    team.bring_back(visit, values["person"], Role(values["role"]))
    return _("Undone.")


def _page(visit: Visit, link: str | None = None, whose: str = "") -> Response:
    store = visit.desk.store
    return visit.page(
        "settings/people.html",
        members=store.people.members(visit.home.id),
        invitations=store.tickets.invitations(visit.home.id),
        roles=list(Role),
        link=link,
        whose=whose,
    )
