"""Every page of the application, full and empty: open to everybody, and no wider than a telephone.

The pages are found from the routes and from the templates, so a new one cannot be forgotten.
"""

from __future__ import annotations

import itertools
import re
import typing
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from starlette.testclient import TestClient
from tests.web.conftest import SignIn
from tests.web.drafts import fields
from tests.web.looks import axe, no_overflow
from tests.web.routes import Call, calls
from tests.web.visitor import PASSWORD, Visitor
from tests.web.world import World, furnish

from socialpipe.model.people import Role
from socialpipe.resources import templates
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.tickets import Purpose
from socialpipe.web.composer import Composer
from socialpipe.web.visit import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NOBODYS = 987_654_321  # an id that no row has
_EXTENDS = re.compile(r'{% extends "([^"]+)" %}')
_SUBMIT = """([path, sent]) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action: path });
  sent.csrf = JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRF"];
  for (const [name, value] of Object.entries(sent)) {
    const field = document.createElement("textarea");
    Object.assign(field, { name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}"""


@pytest.fixture(autouse=True)
def seen(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The templates that were rendered; and what is being composed stays so."""
    found: set[str] = set()
    real = Visit.text

    def text(self: Visit, template: str, /, **context: object) -> str:
        found.add(template)
        return real(self, template, **context)

    monkeypatch.setattr(Visit, "text", text)
    return found


@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.timeout(600)  # about fifty pages; the machine may be busy
def test_every_page_with_everything(
    browser: Browser,
    app: FastAPI,
    address_of: str,
    owner: Visitor,
    store: Store,
    simulator: Simulator,
    seen: set[str],
    monkeypatch: pytest.MonkeyPatch,
    locale: str,
) -> None:
    world = furnish(owner, store, simulator)
    monkeypatch.setattr(Composer, "begin", lambda *_: "Reading")
    look = check if locale == "ko" else no_overflow  # what axe looks at, no language changes
    with opened(browser, address_of, owner, locale) as page:
        for path in pages(app, world, is_signed_in=True):
            page.goto(path)
            look(page)
        for path, sent in answers(world, store):
            submit(page, path, sent)
            look(page)
    with opened(browser, address_of, None, locale) as page:
        for path in pages(app, world, is_signed_in=False):
            page.goto(path)
            look(page)
        page.goto("/sign-in")
        submit(page, "/sign-in", {"email": owner.person.email, "password": PASSWORD})
        look(page)
    assert whole_pages() - seen == {"sign/setup.html", "nowhere.html"}, "show them here"


@pytest.mark.timeout(600)
def test_every_page_with_nothing(
    browser: Browser, app: FastAPI, address_of: str, store: Store, sign_in: SignIn, seen: set[str]
) -> None:
    """A new installation, and what is not there."""
    with opened(browser, address_of, None, "ko") as page:
        page.goto(f"/setup?token={store.tickets.make(Purpose.SETUP)}")
        check(page)
    owner = sign_in(Role.OWNER)
    world = World(owner, (), {}, {})
    with opened(browser, address_of, owner, "en") as page:
        for path in pages(app, world, is_signed_in=True):
            page.goto(path)
            check(page)
        lost = sign_in(Role.EDITOR)
        store.people.leave(lost.person.id, lost.workspace.id)
    with opened(browser, address_of, lost, "ko") as page:
        page.goto("/")
        check(page)
    assert {"sign/setup.html", "nowhere.html", "refusal.html"} <= seen


def check(page: Page) -> None:
    """Look at one page: axe, widths, and the list of keys."""
    axe(page)
    if page.locator("#keys").count():
        page.locator("#main").focus()
        page.keyboard.press("?")
        page.locator("dialog#keys[open]").wait_for(timeout=60_000)
        page.keyboard.press("Escape")
    no_overflow(page)
    page.set_viewport_size({"width": 1280, "height": 800})


@contextmanager
def opened(browser: Browser, address: str, who: Visitor | None, locale: str) -> Iterator[Page]:
    """Open a window; what a page throws fails the test, but not that something is not there."""
    thrown: list[str] = []
    context = browser.new_context(base_url=address, locale=locale)
    if who is not None:
        context.add_cookies([{"name": "socialpipe", "value": who.token, "url": address}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: thrown.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert thrown == []


def pages(app: FastAPI, world: World, *, is_signed_in: bool) -> list[str]:
    """Return the address of every page that a GET shows."""
    client = world.owner.client if is_signed_in else TestClient(app, base_url="http://127.0.0.1")
    wanted = [call for call in calls(app) if call.method == "GET" and is_page(call)]
    theirs = [call for call in wanted if is_signed_in != (call.is_linked or call.is_free)]
    found = [path for call in theirs for path in paths_of(call, world)]
    return [path for path in found if "<html" in client.get(path, follow_redirects=False).text]


def is_page(call: Call) -> bool:
    """Whether a browser shows it: no API, and no stream."""
    answer = typing.get_type_hints(call.route.endpoint).get("return")
    return not call.route.path.startswith("/api/") and answer is not StreamingResponse


def paths_of(call: Call, world: World) -> Iterator[str]:
    """Fill in a path, in as many ways as the world has."""
    token = world.tokens.get(call.route.path, "nonsense")
    known: dict[str, list[object]] = {
        "token": [token],
        "code": ["nonsense"],
        "end": [1],
        "signature": ["x"],
        **world.ids,
    }
    if world.ids:
        unknown = set(call.parameters) - set(known)
        assert not unknown, f"{call.route.path}: let `furnish` say what {unknown} is"
    choices = [[(name, one) for one in known.get(name, [NOBODYS])] for name in call.parameters]
    for values in itertools.product(*choices):
        yield call.path(dict(values))


def answers(world: World, store: Store) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield forms whose answer is a page that no address shows."""
    draft = store.drafts.get(int(str(world.ids["draft_id"][0])))
    key = next(iter(draft.body.sheets))
    changed = {f"base-{key}": "another", f"text-{key}-0": "Mine."}
    yield f"/compose/{draft.id}/save", fields(world.owner, draft) | changed
    yield f"/compose/{draft.id}/source", {"base": "another", "source": "Mine."}
    yield f"/deliveries/{world.uncertain}/look", {}
    campaign = world.ids["campaign_id"][0]
    yield f"/review/campaigns/{campaign}/links", {"name": "Kim", "days": "7"}
    yield "/settings/tokens", {"name": "MCP", "scopes": "read"}
    yield "/settings/people/invite", {"email": "kim@new.example", "role": "viewer"}
    secret = pyotp.random_base32()
    code = pyotp.TOTP(secret).now()
    yield "/settings/second-factor", {"secret": secret, "code": code}


def submit(page: Page, path: str, sent: dict[str, str]) -> None:
    """Send a form from the page that is open."""
    with page.expect_navigation():
        page.evaluate(_SUBMIT, [path, sent])


def whole_pages() -> set[str]:
    """Return the templates of whole pages: those that extend another one, and are no layout."""
    folder = templates() / "web"
    texts = {str(one.relative_to(folder)): one.read_text("utf-8") for one in folder.rglob("*.html")}
    extended = {name: match[1] for name, text in texts.items() if (match := _EXTENDS.match(text))}
    return set(extended) - set(extended.values())
