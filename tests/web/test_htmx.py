"""What htmx gets: a part of a page with its toast, a redirect, a refusal as a toast."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import pytest
from fastapi import FastAPI, Form
from fastapi.responses import Response
from jinja2 import BaseLoader, ChoiceLoader, DictLoader
from tests.web.conftest import OpenPage, SignIn
from tests.web.visitor import Visitor

from socialpipe.errors import Refused
from socialpipe.model import Json
from socialpipe.model.people import Role
from socialpipe.web import auth
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.undo import undoes
from socialpipe.web.visit import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

See = Annotated[Visit, may(Action.SEE)]
PAGES = {
    "test/page.html": """{% extends "base.html" %}
{% from "parts/forms.html" import csrf with context %}
{% block main %}
{% include "test/part.html" %}
{% for verb in ("change", "leave", "refuse", "break") %}
<form method="post" action="/test/{{ verb }}" hx-post="/test/{{ verb }}" hx-target="#part"
hx-swap="outerHTML">{{ csrf() }}<input name="word" value="new"><button>{{ verb }}</button></form>
{% endfor %}
{% endblock %}""",
    "test/part.html": '<p id="part">{{ word }}</p>',
}
undone: list[Json] = []


def show(visit: See) -> Response:
    """Show the page."""
    return visit.page("test/page.html", fragment="test/part.html", word="old")


def change(visit: See, word: Annotated[str, Form()]) -> Response:
    """Change the part, with a toast."""
    visit.tell("Changed it.", undo=("test.change", {"word": "old"}))
    return visit.fragment("test/part.html", word=word) if visit.is_htmx else visit.go("/test")


def leave(visit: See) -> Response:
    """Go on to another page."""
    return visit.go("/deliveries")


def refuse(visit: See) -> Response:
    """Say no."""
    raise Refused("It is too late.", "Come earlier.")


def fail(visit: See) -> Response:
    """Break."""
    raise ValueError("a mistake of ours with a password in it")


@undoes("test.change", Action.SEE)
def change_back(visit: Visit, values: Json) -> str:
    """Take it back."""
    undone.append(values)
    return f"Undone by {visit.me.name}."


@pytest.fixture(autouse=True)
def pages(app: FastAPI) -> None:
    undone.clear()
    engine = app.state.desk.templates
    assert isinstance(engine.loader, BaseLoader)
    engine.loader = ChoiceLoader([engine.loader, DictLoader(PAGES)])
    app.add_api_route("/test", show)
    verbs: dict[str, Callable[..., Any]] = {
        "change": change,
        "leave": leave,
        "refuse": refuse,
        "break": fail,
    }
    for verb, route in verbs.items():
        app.add_api_route(f"/test/{verb}", route, methods=["POST"])
    auth.check(app)


def test_a_part_is_swapped_and_its_toast_undoes_it(open_page: OpenPage) -> None:
    page = open_page("/test", Role.EDITOR)
    page.get_by_role("button", name="change").click()
    page.locator("#part", has_text="new").wait_for()
    assert page.locator("#part").count() == 1
    toast = page.locator(".toast", has_text="Changed it.")
    toast.get_by_role("button", name="Undo").click()
    page.locator(".toast", has_text="Undone by Editor.").wait_for()
    assert undone == [{"word": "old"}]
    assert page.url.endswith("/test")


def test_a_redirect_leaves_the_page(open_page: OpenPage) -> None:
    page = open_page("/test", Role.EDITOR)
    page.get_by_role("button", name="leave").click()
    page.wait_for_url("**/deliveries")


def test_a_refusal_is_a_toast_in_the_browser(
    browser: Browser, address_of: str, owner: Visitor
) -> None:
    context = browser.new_context(base_url=address_of)  # whose console may tell of errors
    context.add_cookies([{"name": "socialpipe", "value": owner.token, "url": address_of}])
    page = context.new_page()
    page.goto("/test")
    for verb, said in (("refuse", "It is too late. Come earlier."), ("break", "went wrong")):
        page.get_by_role("button", name=verb).click()
        page.locator(".toast.bad", has_text=said).wait_for()
        assert page.locator("#part").inner_text() == "old"
    context.close()


def test_a_refusal_is_a_toast_and_keeps_the_page(owner: Visitor) -> None:
    answer = owner.post("/test/refuse", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "It is too late. Come earlier." in answer.text
    assert "<html" not in answer.text


def test_without_htmx_every_form_works_as_well(sign_in: SignIn) -> None:
    editor = sign_in(Role.EDITOR)
    assert editor.post("/test/change", {"word": "new"}).headers["location"] == "/test"
    page = editor.get("/test").text
    assert "Changed it." in page
    assert "/undo/" in page
    assert "It is too late." in editor.post("/test/refuse").text


def test_a_mistake_of_ours_tells_nothing_of_the_inside(
    app: FastAPI, owner: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    client = owner.client
    client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    answer = owner.post("/test/break")
    assert answer.status_code == 500
    assert "password" not in answer.text
    assert "Traceback" not in answer.text
    assert "ValueError" in caplog.text


def test_a_session_that_ended_leads_htmx_to_the_sign_in(owner: Visitor) -> None:
    owner.client.cookies.clear()
    answer = owner.get("/test", headers={"HX-Request": "true"})
    assert answer.headers["hx-redirect"] == "/sign-in?next=/test"
