"""A walk over everything that changes something: whose request it must be, where it leads."""

from __future__ import annotations

import io
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient
from tests.web.conftest import SignIn
from tests.web.drafts import begin
from tests.web.routes import Call, calls
from tests.web.visitor import Visitor, csrf_of

from socialpipe.model.people import Role
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.web import auth, security
from socialpipe.web.permissions import Action
from socialpipe.web.security import BODY
from socialpipe.web.visit import Visit

NOBODYS = 987_654_321
SAFE = {"GET", "HEAD", "OPTIONS"}
SCRIPT = b"<html><script>alert(document.cookie)</script></html>"


def _changes(app: FastAPI) -> Iterator[Call]:
    return (call for call in calls(app) if call.method not in SAFE)


def _path(call: Call, **values: object) -> str:
    return call.path(dict.fromkeys(call.parameters, NOBODYS) | values)


def test_reading_changes_nothing(app: FastAPI) -> None:
    """What a link, an image or another site can make a browser do."""
    for call in calls(app):
        assert call.method in SAFE or call.gate.action is not None
        assert not call.is_free or call.method in SAFE, call.route.path


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-CSRF": "0" * 64},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
    ],
)
def test_nothing_is_changed_without_the_token_of_our_own_page(
    app: FastAPI, owner: Visitor, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the cookie alone, on any route: as another site would send it."""
    done: list[str] = []
    monkeypatch.setattr(Visit, "store", property(lambda self: done.append(self.here)))
    for call in _changes(app):
        if call.is_linked:
            continue
        told = f"{call.method} {call.route.path}"
        answer = owner.client.request(call.method, _path(call), headers=headers, **call.body())
        assert answer.status_code == 403, told
    assert done == []


def test_the_token_does_not_help_another_site(app: FastAPI, owner: Visitor) -> None:
    for call in _changes(app):
        if call.is_linked:
            continue
        headers = {"Sec-Fetch-Site": "cross-site"}
        answer = owner.call(call.method, _path(call), headers=headers, **call.body())
        assert answer.status_code == 403, call.route.path


def test_no_form_leads_to_another_host(app: FastAPI, owner: Visitor, store: Store) -> None:
    """Wherever a form says where to go on."""
    asked = 0
    for call in _changes(app):
        names = {one.alias for one in call.route.dependant.body_params}
        if "next" not in names:
            continue
        for wanted in ("//evil.example/x", "https://evil.example", "/\\evil.example", "/%0d%0aX:y"):
            body = call.body()
            body["data"]["next"] = wanted
            answer = owner.call(call.method, _path(call), **body)
            where = answer.headers.get("location") or answer.headers.get("hx-redirect") or "/"
            assert not urlsplit(where).netloc, f"{call.route.path} leads to {where}"
            assert where.startswith("/"), f"{call.route.path} leads to {where}"
            assert not where.startswith(("//", "/\\")), f"{call.route.path} leads to {where}"
            asked += 1
    assert asked > 20


# Guessing


@pytest.mark.parametrize("path", ["/settings/password", "/settings/second-factor/off"])
def test_who_sits_down_at_an_open_page_cannot_guess_on(owner: Visitor, path: str) -> None:
    wrong = {"current": "not this one", "password": "correct horse 2", "code": "000000"}
    answers = [owner.post(path, wrong).status_code for _ in range(7)]
    assert answers[:5] == [400] * 5
    assert answers[-1] == 429


def test_the_second_step_cannot_be_guessed_on(
    anonymous: TestClient, owner: Visitor, store: Store
) -> None:
    from socialpipe.store.tickets import Purpose

    anonymous.cookies.clear()
    csrf = csrf_of(anonymous.get("/sign-in"))
    ticket = store.tickets.make(Purpose.SECOND_FACTOR, owner.person.id)
    form = {"csrf": csrf, "ticket": ticket, "code": "000000"}
    answers = [anonymous.post("/sign-in/code", data=form).status_code for _ in range(7)]
    assert answers[:5] == [401] * 5
    assert answers[-1] == 429


# What people send


def _polyglot() -> bytes:
    """A GIF that is a page, too."""
    image = io.BytesIO()
    Image.new("P", (12, 12)).save(image, "GIF", comment=SCRIPT)
    return image.getvalue() + SCRIPT


@pytest.mark.parametrize("name", ["a.html", "a.gif", "a.svg", "../../a.png"])
def test_a_picture_is_kept_as_pixels_only(
    owner: Visitor, store: Store, simulator: Simulator, name: str
) -> None:
    draft = begin(owner, store, simulator, "mastodon")
    file = {"file": (name, _polyglot(), "text/html")}
    assert owner.post(f"/compose/{draft.id}/picture", files=file).status_code == 303
    kept = store.drafts.get(draft.id).picture
    assert kept is not None
    assert SCRIPT not in kept
    shown = owner.get(f"/compose/{draft.id}/cards/{draft.body.wishes.channels[0]}/0")
    assert shown.headers["content-type"] in {"image/jpeg", "image/png", "image/webp"}
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert SCRIPT not in shown.content


def test_a_logo_is_kept_as_pixels_only(owner: Visitor, store: Store) -> None:
    files = {"logo": ("a.html", _polyglot(), "text/html")}
    assert owner.post("/brands", {"source": 'name = "Mine"'}, files=files).status_code == 303
    (brand,) = store.brands.all()
    kept = store.brands.get(brand.id).logo
    assert kept is not None
    assert SCRIPT not in kept


@pytest.mark.parametrize("path", ["/brands", "/compose/{}/picture"])
def test_what_is_no_picture_is_not_kept(
    owner: Visitor, store: Store, simulator: Simulator, path: str
) -> None:
    draft = begin(owner, store, simulator, "mastodon")
    field = "logo" if path == "/brands" else "file"
    files = {field: ("a.png", SCRIPT, "image/png")}
    answer = owner.post(path.format(draft.id), {"source": 'name = "Mine"'}, files=files)
    assert answer.status_code in {409, 422}
    assert store.drafts.get(draft.id).picture is None
    assert store.brands.all() == []


def test_what_is_typed_is_shown_as_text(owner: Visitor, store: Store, simulator: Simulator) -> None:
    """Everything that a person, or an article, may write."""
    evil = SCRIPT.decode()
    owner.post("/settings/profile", {"name": evil})
    owner.post("/compose/keep", {"source": f"{evil}\n\n{evil}"})
    owner.post("/brands", {"source": f"name = '{evil}'"})
    for path in ("/compose", "/compose/1", "/brands", "/brands/1", "/settings"):
        page = owner.get(path)
        assert page.status_code == 200, path
        assert evil not in page.text, path
        assert "&lt;script&gt;" in page.text, path


# Limits


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/compose/keep", "application/x-www-form-urlencoded"),
        ("/sign-in", "application/x-www-form-urlencoded"),
        ("/api/v1/previews", "application/json"),
    ],
)
def test_every_body_has_a_limit(owner: Visitor, path: str, kind: str) -> None:
    headers = {"X-CSRF": owner.csrf, "Content-Type": kind}
    answer = owner.client.post(path, content=b"x" * (BODY + 1), headers=headers)
    assert answer.status_code == 413


def test_files_have_a_limit_of_their_own(owner: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "UPLOAD", 3 * BODY)
    for size, expected in ((2 * BODY, 422), (4 * BODY, 413)):
        answer = owner.post("/brands", files={"logo": ("a.png", b"x" * size)})
        assert answer.status_code == expected


def test_a_gate_that_looks_away_is_no_gate(app: FastAPI) -> None:
    """Only what must work without a database asks nobody, and it changes nothing."""
    free = {call.route.path for call in calls(app) if call.is_free}
    assert free == {
        "/livez",
        "/readyz",
        "/healthz",
        "/metrics",
        "/static/{name:path}",
        "/media/{end}/{signature}/{name}",
        "/l/{code}",
    }
    opened = {call.route.path for call in calls(app) if call.gate.action is Action.OPEN} - free
    assert opened == {
        "/setup",
        "/sign-in",
        "/sign-in/code",
        "/sign-in/{token}",
        "/password/{token}",
        "/join/{token}",
    }


def test_cookies_are_for_us_alone(anonymous: TestClient, sign_in: SignIn) -> None:
    """Also where there is no HTTPS: no script reads them, no other site sends them."""
    sign_in(Role.OWNER)
    cookie = anonymous.get("/sign-in").headers["set-cookie"]
    for word in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert word in cookie
    assert auth.CSRF_HEADER == "X-CSRF"
