"""People of a workspace: who may be made what, and by whom. Pages and programs do it here."""

from __future__ import annotations

from socialpipe.errors import AccessDenied, NotFound
from socialpipe.model.people import Member, Role, Scope, Workspace
from socialpipe.store.tickets import Purpose
from socialpipe.web.i18n import gettext as _
from socialpipe.web.visit import Visit


def invite(visit: Visit, email: str, role: Role) -> str:
    """Make an invitation; return its link, which is shown this once.

    Raises UsageError for what is no address, AccessDenied.
    """
    _only_owners_make_owners(visit, role)
    token = visit.desk.store.tickets.invite(email, visit.home.id, role)
    visit.audit("person.invite", email, role)
    return f"{visit.base_url}/join/{token}"


def withdraw(visit: Visit, invitation_id: int) -> None:
    """Make an invitation worthless.

    Raises NotFound.
    """
    visit.desk.store.tickets.withdraw(invitation_id, visit.home.id)
    visit.audit("person.withdraw", str(invitation_id))


def change_role(visit: Visit, person_id: int, role: Role) -> Member:
    """Change what somebody is here; return what they were.

    Raises NotFound, AccessDenied; Refused for the last owner.
    """
    before = member(visit, person_id)
    _only_owners_make_owners(visit, role, before.role)
    visit.desk.store.people.join(person_id, visit.home.id, role)
    visit.audit("person.role", before.person.email, f"{before.role} → {role}")
    return before


def bring_back(visit: Visit, person_id: int, role: Role) -> None:
    """Let somebody who was here be again what they were.

    Raises NotFound, AccessDenied.
    """
    _only_owners_make_owners(visit, role)
    visit.desk.store.people.join(person_id, visit.home.id, role)
    visit.audit("person.role", visit.desk.store.people.get(person_id).email, f"→ {role}")


def remove(visit: Visit, person_id: int) -> Member:
    """Take somebody out of the workspace; return what they were.

    Raises NotFound, AccessDenied; Refused for the last owner.
    """
    before = _touchable(visit, person_id)
    visit.desk.store.people.leave(person_id, visit.home.id)
    visit.audit("person.remove", before.person.email, before.role)
    return before


def sign_out(visit: Visit, person_id: int) -> None:
    """Sign somebody out everywhere.

    Raises NotFound, AccessDenied.
    """
    found = _touchable(visit, person_id)
    visit.desk.store.sessions.revoke(person_id)
    visit.audit("person.sign_out", found.person.email)


def password_link(visit: Visit, person_id: int) -> tuple[Member, str]:
    """Make a link with which somebody chooses a new password; it is shown this once.

    Only for who is in no other workspace: its link would open those as well.
    Raises NotFound, AccessDenied.
    """
    found, store = _touchable(visit, person_id), visit.desk.store
    if len(store.people.memberships(person_id)) > 1:
        raise AccessDenied(
            _("They are in other workspaces, too."),
            _("The operator of this installation can help: socialpipe people password-link"),
        )
    token = store.tickets.make(Purpose.PASSWORD, person_id)
    visit.audit("person.password_link", found.person.email)
    return found, f"{visit.base_url}/password/{token}"


def member(visit: Visit, person_id: int) -> Member:
    """Find somebody of the workspace.

    Raises NotFound.
    """
    for one in visit.desk.store.people.members(visit.home.id):
        if one.person.id == person_id:
            return one
    raise NotFound(_("There is nobody like that in this workspace."))


def make_token(visit: Visit, name: str, scopes: frozenset[Scope]) -> str:
    """Make an API token of the visitor's own; it is shown this once.

    Raises AccessDenied when a program wants one that may more than itself.
    """
    mine = visit.bearer.scopes if visit.bearer else frozenset()
    if not scopes <= mine:
        raise AccessDenied(
            _("A token makes no token that may more than itself."),
            _("Sign in, and make it under Settings, API tokens."),
        )
    token = visit.desk.store.sessions.add_token(me(visit), name, scopes)
    visit.audit("token.make", name, " ".join(sorted(scopes)))
    return token


def revoke_token(visit: Visit, token_id: int) -> None:
    """Make one of the visitor's tokens worthless.

    Raises NotFound.
    """
    visit.desk.store.sessions.revoke_token(me(visit), token_id)
    visit.audit("token.revoke", str(token_id))


def make_workspace(visit: Visit, name: str) -> Workspace:
    """Make a workspace; the visitor is its owner. It shares nothing with this one.

    Raises UsageError for a name that is none, Refused for one that is taken.
    """
    store = visit.desk.store
    made = store.workspaces.add(name)
    store.people.join(visit.me.id, made.id, Role.OWNER)
    store.audit.note(made.id, visit.actor, "workspace.make", made.name)
    return made


def me(visit: Visit) -> Member:
    """Return the visitor as a member of the workspace.

    Raises AccessDenied.
    """
    if visit.bearer is None or visit.bearer.member is None:
        raise AccessDenied(_("You are in no workspace."))
    return visit.bearer.member


def _touchable(visit: Visit, person_id: int) -> Member:
    found = member(visit, person_id)
    _only_owners_make_owners(visit, found.role)
    return found


def _only_owners_make_owners(visit: Visit, *roles: Role) -> None:
    """Keep admins from becoming owners, or from shutting owners out."""
    if Role.OWNER in roles and visit.role is not Role.OWNER:
        raise AccessDenied(_("Only an owner may do this to owners."))
