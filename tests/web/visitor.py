"""Somebody who is signed in, and posts forms as a browser does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from socialpipe.model.people import Person, Role, Workspace
from socialpipe.store import Store
from socialpipe.web.security import csrf_token

PASSWORD = "correct horse battery"
_FIELD = re.compile(r'name="csrf" value="(\w+)"')


@dataclass
class Visitor:
    """A person with a browser."""

    client: TestClient
    person: Person
    workspace: Workspace
    role: Role
    token: str

    @property
    def csrf(self) -> str:
        """What every form of theirs carries."""
        return csrf_token(self.token, self.workspace.id)

    def get(self, path: str, **more: Any) -> Response:
        """Open a page."""
        return self.client.get(path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Response:
        """Send a form."""
        return self.client.post(path, data={"csrf": self.csrf, **(data or {})}, **more)

    def call(self, method: str, path: str, **more: Any) -> Response:
        """Send what htmx or a script of ours sends: the token is a header."""
        headers = {"X-CSRF": self.csrf, **more.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **more)


def signed_in(app: FastAPI, store: Store, role: Role, workspace: str) -> Visitor:
    """Sign in a new person with this role."""
    there = {one.name: one for one in store.workspaces.all()}
    place = there.get(workspace) or store.workspaces.add(workspace)
    person = store.people.add(address(role, workspace), str(role).title(), PASSWORD)
    store.people.join(person.id, place.id, role)
    token = store.sessions.open(person.id, "test")
    client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
    client.cookies.set("socialpipe", token)
    return Visitor(client, person, place, role, token)


def csrf_of(page: Response) -> str:
    """Return what the first form of a page carries."""
    found = _FIELD.search(page.text)
    assert found is not None, "the page has no form"
    return found[1]


def address(role: Role, workspace: str) -> str:
    """Return the e-mail address of the person in tests who is that there."""
    return f"{role}@{workspace}.example"
