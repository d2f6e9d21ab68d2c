"""People of the workspace: invite, change what they are, sign them out, take them out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.errors import AccessDenied, NotFound
from socialpipe.model import Json
from socialpipe.model.people import Member, Role
from socialpipe.store.tickets import Purpose
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
    _only_owners_make_owners(visit, role)
    token = visit.desk.store.tickets.invite(email, visit.home.id, role)
    visit.audit("person.invite", email, role)
    return _page(visit, link=f"{visit.base_url}/join/{token}", whose=email)


@router.post("/settings/people/invitations/{invitation_id}/withdraw")
def withdraw(visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)], invitation_id: int) -> Response:
    """Make an invitation worthless."""
    visit.desk.store.tickets.withdraw(invitation_id, visit.home.id)
    visit.audit("person.withdraw", str(invitation_id))
    visit.tell(_("The invitation was withdrawn."))
    return visit.go("/settings/people")


@router.post("/settings/people/{person_id}/role")
def change_role(
    visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)],
    person_id: int,
    role: Annotated[Role, Form()],
) -> Response:
    """Change what somebody is here."""
    member = _member(visit, person_id)
    _only_owners_make_owners(visit, role, member.role)
    visit.desk.store.people.join(person_id, visit.home.id, role)
    visit.audit("person.role", member.person.email, f"{member.role} → {role}")
    visit.tell(_("Saved."), undo=("person.role", {"person": person_id, "role": member.role}))
    return visit.go("/settings/people")


@router.post("/settings/people/{person_id}/remove")
def remove(visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)], person_id: int) -> Response:
    """Take somebody out of the workspace."""
    member = _member(visit, person_id)
    _only_owners_make_owners(visit, member.role)
    visit.desk.store.people.leave(person_id, visit.home.id)
    visit.audit("person.remove", member.person.email, member.role)
    visit.tell(
        _("They are no longer in this workspace."),
        undo=("person.role", {"person": person_id, "role": member.role}),
    )
    return visit.go("/settings/people")


@router.post("/settings/people/{person_id}/sign-out")
def sign_out(visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)], person_id: int) -> Response:
    """Sign somebody out everywhere, for instance because a computer was lost."""
    member = _member(visit, person_id)
    _only_owners_make_owners(visit, member.role)
    visit.desk.store.sessions.revoke(person_id)
    visit.audit("person.sign_out", member.person.email)
    visit.tell(_("They are signed out everywhere."))
    return visit.go("/settings/people")


@router.post("/settings/people/{person_id}/password-link")
def password_link(visit: Annotated[Visit, may(Action.MANAGE_PEOPLE)], person_id: int) -> Response:
    """Make a link with which somebody chooses a new password; it is shown this once.

    Only for who is in no other workspace: its link would open those as well.
    """
    member = _member(visit, person_id)
    _only_owners_make_owners(visit, member.role)
    store = visit.desk.store
    if len(store.people.memberships(person_id)) > 1:
        raise AccessDenied(
            _("They are in other workspaces, too."),
            _("The operator of this installation can help: socialpipe people password-link"),
        )
    token = store.tickets.make(Purpose.PASSWORD, person_id)
    visit.audit("person.password_link", member.person.email)
    return _page(visit, link=f"{visit.base_url}/password/{token}", whose=member.person.email)


@undoes("person.role", Action.MANAGE_PEOPLE)
def _give_back(visit: Visit, values: Json) -> str:
    role = Role(values["role"])
    _only_owners_make_owners(visit, role)
    visit.desk.store.people.join(values["person"], visit.home.id, role)
    person = visit.desk.store.people.get(values["person"])
    visit.audit("person.role", person.email, f"→ {role}")
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


def _member(visit: Visit, person_id: int) -> Member:
    for one in visit.desk.store.people.members(visit.home.id):
        if one.person.id == person_id:
            return one
    raise NotFound(_("There is nobody like that in this workspace."))


def _only_owners_make_owners(visit: Visit, *roles: Role) -> None:
    """Keep admins from becoming owners, or from shutting owners out."""
    if Role.OWNER in roles and visit.role is not Role.OWNER:
        raise AccessDenied(_("Only an owner may do this to owners."))
