"""The web application for tests: signed in as any role, in process or in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.conftest import Environment
from tests.web.chromium import chromium, environment
from tests.web.serving import serving
from tests.web.visitor import Visitor, csrf_of, signed_in

from socialpipe.model.people import Role
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.schema import FIRST_WORKSPACE
from socialpipe.web.app import create

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SignIn = Callable[..., Visitor]
OpenPage = Callable[..., "Page"]


@pytest.fixture
def store(environment: Environment) -> Iterator[Store]:
    """An empty store (SQLite); tests of the store itself run on PostgreSQL too."""
    opened = Store(environment(timezone="Asia/Seoul"))
    yield opened
    opened.close()


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Stand-in networks of this test's own."""
    with Simulator() as running:
        yield running


@pytest.fixture
def app(store: Store) -> FastAPI:
    """The application on that store."""
    return create(store, load())


@pytest.fixture
def anonymous(app: FastAPI) -> Iterator[TestClient]:
    """A browser that nobody is signed in with; follows no redirect."""
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client


@pytest.fixture
def sign_in(app: FastAPI, store: Store) -> SignIn:
    """Sign in a new person: sign_in(Role.EDITOR), sign_in(Role.OWNER, workspace="other")."""

    def enter(role: Role = Role.OWNER, workspace: str = "main") -> Visitor:
        return signed_in(app, store, role, workspace)

    return enter


@pytest.fixture
def owner(sign_in: SignIn) -> Visitor:
    """The owner of the first workspace."""
    return sign_in(Role.OWNER)


@pytest.fixture
def address_of(app: FastAPI) -> Iterator[str]:
    """The application on a port of its own, for a real browser."""
    with serving(app) as url:
        yield url


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Debian's Chromium, once per test worker."""
    program = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox"],
            env=environment(tmp_path_factory.mktemp("chromium")),
        )
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, address_of: str, sign_in: SignIn) -> Iterator[OpenPage]:
    """Open a page as somebody: open_page("/deliveries", Role.OPERATOR, locale="ko").

    With role None nobody is signed in. What the page logs as an error fails the test.
    """
    contexts, errors = [], []

    def enter(
        path: str,
        role: Role | None = Role.OWNER,
        *,
        locale: str = "en",
        dark: bool = False,
        width: int = 1280,
        visitor: Visitor | None = None,
    ) -> Page:
        context = browser.new_context(
            base_url=address_of,
            locale=locale,
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": 800},
        )
        contexts.append(context)
        if role is not None:
            who = visitor or sign_in(role)
            context.add_cookies([{"name": "socialpipe", "value": who.token, "url": address_of}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.goto(path)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert errors == []


__all__ = ["FIRST_WORKSPACE", "OpenPage", "SignIn", "csrf_of", "serving"]
