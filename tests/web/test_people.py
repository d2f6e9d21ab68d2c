"""People of a workspace: invited, changed, signed out; tokens; the audit log; undo."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import OpenPage, SignIn
from tests.web.visitor import Visitor, csrf_of

from socialpipe.errors import Refused
from socialpipe.model.people import Member, Role, Scope
from socialpipe.store import Store


def invite(owner: Visitor, email: str, role: Role = Role.EDITOR) -> str:
    page = owner.post("/settings/people/invite", {"email": email, "role": str(role)})
    found = re.search(r"http://127\.0\.0\.1(/join/[\w-]+)", page.text)
    assert found is not None
    return found[1]


def test_an_invitation_makes_a_member_once(
    owner: Visitor, anonymous: TestClient, store: Store
) -> None:
    path = invite(owner, "kim@new.example")
    page = anonymous.get(path)
    assert "main" in page.text
    form = {"csrf": csrf_of(page), "name": "Kim", "password": "a long sentence"}
    assert anonymous.post(path, data=form).status_code == 303
    assert anonymous.get("/deliveries").status_code == 200
    kim = store.people.by_email("kim@new.example")
    assert [one.role for one in store.people.memberships(kim.id)] == [Role.EDITOR]
    assert anonymous.get(path).status_code == 404


def test_who_has_an_account_joins_with_it(
    owner: Visitor, anonymous: TestClient, sign_in: SignIn, store: Store
) -> None:
    other = sign_in(Role.OWNER, workspace="other")
    path = invite(owner, other.person.email, Role.VIEWER)
    page = anonymous.get("/sign-in")
    stolen = anonymous.post(path, data={"csrf": csrf_of(page), "password": "a long sentence"})
    assert stolen.status_code == 403, "the link alone takes over no account"
    assert other.post(path).status_code == 303
    roles = {one.workspace.name: one.role for one in store.people.memberships(other.person.id)}
    assert roles == {"main": Role.VIEWER, "other": Role.OWNER}


def test_a_withdrawn_invitation_opens_nothing(owner: Visitor, anonymous: TestClient) -> None:
    path = invite(owner, "kim@new.example")
    page = owner.get("/settings/people").text
    found = re.search(r"/settings/people/invitations/\d+/withdraw", page)
    assert found is not None
    assert owner.post(found[0]).status_code == 303
    assert anonymous.get(path).status_code == 404


def test_a_change_of_role_can_be_undone(owner: Visitor, sign_in: SignIn, store: Store) -> None:
    editor = sign_in(Role.EDITOR)
    owner.post(f"/settings/people/{editor.person.id}/role", {"role": "viewer"})
    assert editor.post("/settings/people/invite", {}).status_code == 403
    assert store.people.memberships(editor.person.id)[0].role is Role.VIEWER
    page = owner.get("/settings/people").text
    undo = re.search(r'action="(/undo/\d+)"', page)
    assert undo is not None
    assert "/undo/" not in owner.get("/settings/people").text, "a toast is shown once"
    assert editor.post(undo[1]).status_code == 404, "an undo is of the browser that did it"
    assert owner.post(undo[1]).status_code == 303
    assert store.people.memberships(editor.person.id)[0].role is Role.EDITOR
    assert owner.post(undo[1]).status_code == 404, "and works once"


def test_a_workspace_keeps_an_owner(owner: Visitor, store: Store) -> None:
    me = owner.person.id
    assert owner.post(f"/settings/people/{me}/role", {"role": "admin"}).status_code == 409
    assert owner.post(f"/settings/people/{me}/remove").status_code == 409
    place = owner.workspace.id
    assert owner.post(f"/settings/workspaces/{place}/leave").status_code == 409
    with pytest.raises(Refused):
        store.people.leave(me, place)


def test_admins_do_nothing_to_owners(owner: Visitor, sign_in: SignIn) -> None:
    admin = sign_in(Role.ADMIN)
    for verb in ("remove", "sign-out", "password-link"):
        path = f"/settings/people/{owner.person.id}/{verb}"
        assert admin.post(path).status_code == 403, verb
    paths = {f"/settings/people/{who.person.id}/role" for who in (owner, admin)}
    for path in paths:
        assert admin.post(path, {"role": "owner"}).status_code == 403, "nobody raises themselves"
    form = {"email": "kim@new.example", "role": "owner"}
    assert admin.post("/settings/people/invite", form).status_code == 403


def test_who_is_in_two_workspaces_is_not_reset_by_one(
    owner: Visitor, sign_in: SignIn, store: Store
) -> None:
    editor = sign_in(Role.EDITOR)
    path = f"/settings/people/{editor.person.id}/password-link"
    assert owner.post(path).status_code == 200
    store.people.join(editor.person.id, store.workspaces.add("other").id, Role.OWNER)
    assert owner.post(path).status_code == 403


def test_who_is_signed_in_as_another_joins_for_nobody(
    owner: Visitor, sign_in: SignIn, store: Store
) -> None:
    invited, other = sign_in(Role.OWNER, workspace="a"), sign_in(Role.OWNER, workspace="b")
    path = invite(owner, invited.person.email)
    assert other.post(path).status_code == 403
    assert len(store.people.memberships(invited.person.id)) == 1


def test_who_may_no_longer_do_it_cannot_undo_it(
    owner: Visitor, sign_in: SignIn, store: Store
) -> None:
    """Neither without the right to it, nor as an admin who would make an owner."""
    other, third = sign_in(Role.ADMIN), sign_in(Role.EDITOR)
    place = owner.workspace.id
    for person in (other.person, third.person):
        store.people.join(person.id, place, Role.OWNER)
    owner.post(f"/settings/people/{third.person.id}/role", {"role": "viewer"})
    undo = re.search(r'action="(/undo/\d+)"', owner.get("/settings/people").text)
    assert undo is not None
    for role in (Role.ADMIN, Role.VIEWER):
        store.people.join(owner.person.id, place, role)
        assert owner.post(undo[1]).status_code in {403, 404}
        assert store.people.memberships(third.person.id)[0].role is Role.VIEWER


def test_signing_somebody_out_ends_their_sessions(owner: Visitor, sign_in: SignIn) -> None:
    editor = sign_in(Role.EDITOR)
    assert owner.post(f"/settings/people/{editor.person.id}/sign-out").status_code == 303
    assert editor.get("/settings").headers["location"].startswith("/sign-in")


def test_a_token_does_what_its_scopes_and_its_person_may(
    owner: Visitor, anonymous: TestClient, store: Store
) -> None:
    page = owner.post("/settings/tokens", {"name": "n8n", "scopes": ["read"]}).text
    found = re.search(r"sp_[\w-]+", page)
    assert found is not None
    assert found[0] not in owner.get("/settings/tokens").text, "it is shown once"
    headers = {"Authorization": f"Bearer {found[0]}"}
    assert anonymous.get("/api/v1/deliveries", headers=headers).status_code == 200
    (kept,) = store.sessions.tokens(_member(store, owner))
    assert (kept.name, kept.scopes) == ("n8n", frozenset({Scope.READ}))
    assert kept.used_at is not None
    assert owner.post(f"/settings/tokens/{kept.id}/revoke").status_code == 303
    refused = anonymous.get("/api/v1/deliveries", headers=headers)
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["www-authenticate"] == "Bearer"
    assert "wrong or was revoked" in refused.json()["detail"]


def test_the_log_says_who_did_what(owner: Visitor, sign_in: SignIn) -> None:
    editor = sign_in(Role.EDITOR)
    owner.post(f"/settings/people/{editor.person.id}/role", {"role": "viewer"})
    owner.post("/settings/tokens", {"name": "n8n", "scopes": ["read"]})
    page = owner.get("/settings/audit").text
    for word in (owner.person.email, editor.person.email, "editor → viewer", "token.make", "n8n"):
        assert word in page


def test_a_new_workspace_is_empty_and_its_makers_own(owner: Visitor, store: Store) -> None:
    store.hooks.add("http://127.0.0.1:9/", [], "secret")
    assert owner.post("/settings/workspaces", {"name": "Second"}).status_code == 303
    place = store.workspaces.named("Second")
    (member,) = store.people.members(place.id)
    assert (member.person.id, member.role) == (owner.person.id, Role.OWNER)
    assert "Second" in owner.get("/settings").text
    assert store.within(place.id).hooks.all() == []


def test_keys_lead_to_pages_but_not_while_one_types(open_page: OpenPage) -> None:
    page = open_page("/settings")
    page.locator("#f-name").press("d")
    assert page.url.endswith("/settings")
    page.locator("h1").click()
    page.keyboard.press("?")
    page.locator("dialog#keys").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.wait_for_url("**/deliveries")


def test_an_undo_is_a_click_in_a_browser(open_page: OpenPage, sign_in: SignIn) -> None:
    editor = sign_in(Role.EDITOR)
    page = open_page("/settings/people")
    line = page.locator("li", has_text=editor.person.email)
    line.locator("summary").click()
    line.get_by_role("button", name="Remove").click()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    page.locator("li", has_text=editor.person.email).wait_for()
    page.locator(".toast", has_text="Undone.").wait_for()


def _member(store: Store, who: Visitor) -> Member:
    (found,) = store.people.memberships(who.person.id)
    return found
