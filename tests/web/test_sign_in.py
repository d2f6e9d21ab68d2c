"""Signing in, as a form and in a browser."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import OpenPage, SignIn
from tests.web.looks import axe, no_overflow
from tests.web.visitor import PASSWORD, csrf_of

from socialpipe.model.people import Role


def test_a_password_signs_in_and_leads_back(anonymous: TestClient, sign_in: SignIn) -> None:
    editor = sign_in(Role.EDITOR)
    refused = anonymous.get("/deliveries?state=failed")
    assert refused.status_code == 303
    assert refused.headers["location"] == "/sign-in?next=/deliveries%3Fstate%3Dfailed"
    page = anonymous.get(refused.headers["location"])
    form = {"csrf": csrf_of(page), "email": editor.person.email, "next": "/deliveries?state=failed"}
    wrong = anonymous.post("/sign-in", data={**form, "password": "not this one"})
    assert wrong.status_code == 401
    right = anonymous.post("/sign-in", data={**form, "password": PASSWORD})
    assert right.headers["location"] == "/deliveries?state=failed"
    assert anonymous.get("/deliveries").status_code == 200


@pytest.mark.parametrize("locale", ["en", "ko"])
def test_looks(open_page: OpenPage, locale: str) -> None:
    page = open_page("/sign-in", role=None, locale=locale)
    axe(page)
    no_overflow(page)
    assert page.locator("html").get_attribute("lang") == locale
