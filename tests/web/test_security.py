"""What protects browsers and forms, and pictures that people send."""

from __future__ import annotations

import asyncio
import io
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI, Request
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send
from tests.conftest import Environment
from tests.web.conftest import SignIn
from tests.web.visitor import PASSWORD, Visitor, csrf_of

from socialpipe.errors import Refused
from socialpipe.model.people import Role
from socialpipe.store import Store
from socialpipe.web import cookies
from socialpipe.web.app import create
from socialpipe.web.local import local_path
from socialpipe.web.security import BODY, Armour, csrf_token
from socialpipe.web.uploads import redraw, redrawn

# Headers and cookies


def test_every_answer_is_armoured(owner: Visitor) -> None:
    for path in ("/deliveries", "/nothing-here", "/static/styles/base.css", "/api/v1/deliveries"):
        headers = owner.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        for directive in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
            assert directive in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert "strict-transport-security" not in headers


def test_pages_are_not_kept_and_named_files_are(owner: Visitor) -> None:
    page = owner.get("/deliveries")
    assert page.headers["cache-control"] == "no-store"
    style = next(part for part in page.text.split('"') if part.startswith("/static/styles/base"))
    assert "immutable" in owner.get(style).headers["cache-control"]


def test_https_makes_cookies_secure(environment: Environment) -> None:
    settings = environment(public_url="https://social.example")
    store = Store(settings)
    store.people.add("a@b.example", "A", PASSWORD)
    with TestClient(create(store, settings), base_url="https://social.example") as client:
        page = client.get("/sign-in")
        assert page.headers["strict-transport-security"].startswith("max-age=")
        form = {"csrf": csrf_of(page), "email": "a@b.example", "password": PASSWORD}
        cookie = client.post("/sign-in", data=form, follow_redirects=False).headers["set-cookie"]
    assert cookie.startswith("__Host-socialpipe=")
    for word in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
        assert word in cookie
    store.close()


def test_who_came_by_https_comes_so_again(app: FastAPI) -> None:
    client = TestClient(app, base_url="https://127.0.0.1")
    assert "strict-transport-security" in client.get("/sign-in").headers


def test_a_cookie_of_this_host_alone_goes_first() -> None:
    """Another host of the same domain can plant the other one."""
    sent = b"socialpipe=planted; __Host-socialpipe=ours"
    assert cookies.session(Request({"type": "http", "headers": [(b"cookie", sent)]})) == "ours"


def test_no_page_has_inline_script_or_style(owner: Visitor) -> None:
    for path in ("/deliveries", "/settings", "/settings/people", "/settings/tokens", "/sign-in"):
        text = owner.get(path).text
        assert "<style" not in text
        assert "style=" not in text
        assert "onclick" not in text
        assert text.count("<script") == text.count("<script src=")


def test_only_files_for_browsers_are_served(anonymous: TestClient) -> None:
    for name in ("base.html", "locale/ko/desk.po", "../cards/x.toml", "%2e%2e/web/base.html", ""):
        assert anonymous.get(f"/static/{name}").status_code == 404, name


@given(st.text())
def test_no_form_leads_to_another_host(wanted: str) -> None:
    path = local_path(wanted)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert "\\" not in path


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_no_sign_in_leads_to_another_host(wanted: str) -> None:
    assert local_path(wanted) == "/"


def test_a_body_has_a_limit(owner: Visitor) -> None:
    answer = owner.post("/settings/profile", {"name": "x" * (BODY + 1)})
    assert answer.status_code == 413


def test_a_limit_is_of_the_whole_body() -> None:
    """However small its parts are."""

    async def part() -> Message:
        return {"type": "http.request", "body": b"x" * (BODY // 2), "more_body": True}

    async def read(_scope: Scope, receive: Receive, _send: Send) -> None:
        for _ in range(3):
            await receive()

    async def forget(_: Message) -> None:
        pass

    scope: Scope = {"type": "http", "scheme": "http", "headers": []}
    with ThreadPoolExecutor(1) as aside, pytest.raises(HTTPException):  # else in a browser's loop
        aside.submit(lambda: asyncio.run(Armour(read, https=False)(scope, part, forget))).result()


def test_the_first_page_is_small_and_all_ours(owner: Visitor) -> None:
    """Under 60 kB on the wire, with everything that it loads; and nothing from elsewhere."""
    page = owner.get("/deliveries")
    loaded = re.findall(r'(?:src|href)="([^"#]+\.(?:css|js|svg)[^"]*)"', page.text)
    assert len(loaded) >= 5
    assert all(path.startswith("/static/") for path in loaded)
    answers = [page, *(owner.get(path) for path in loaded)]
    sizes = [int(answer.headers["content-length"]) for answer in answers]
    assert all(answer.status_code == 200 for answer in answers)
    assert sum(sizes) < 60_000


# Forms


def test_a_form_without_its_token_does_nothing(owner: Visitor) -> None:
    for token in ("", "wrong", "ü"):
        assert owner.post("/settings/profile", {"csrf": token, "name": "B"}).status_code == 403


def test_a_form_of_another_site_does_nothing(owner: Visitor) -> None:
    for site in ("cross-site", "same-site"):
        headers = {"Sec-Fetch-Site": site}
        assert owner.post("/settings/profile", {"name": "B"}, headers=headers).status_code == 403


def test_a_form_of_another_session_does_nothing(owner: Visitor, sign_in: SignIn) -> None:
    other = sign_in(Role.ADMIN)
    assert owner.post("/settings/profile", {"csrf": other.csrf, "name": "B"}).status_code == 403


def test_a_form_opened_before_turning_to_another_workspace_does_nothing(
    owner: Visitor, store: Store
) -> None:
    """Else it would act in the workspace that another window turned to."""
    form = {"csrf": owner.csrf, "name": "token", "scopes": "read"}
    assert owner.client.post("/settings/tokens", data=form).status_code == 200
    other = store.workspaces.add("other")
    store.people.join(owner.person.id, other.id, Role.OWNER)
    turned = owner.post(f"/settings/workspaces/{other.id}/open")
    assert turned.status_code == 303
    assert owner.client.post("/settings/tokens", data=form).status_code == 403


def test_signing_in_needs_the_token_of_its_form(anonymous: TestClient, owner: Visitor) -> None:
    anonymous.get("/sign-in")
    form = {"csrf": owner.csrf, "email": owner.person.email, "password": PASSWORD}
    assert anonymous.post("/sign-in", data=form).status_code == 403


def test_who_has_no_cookie_has_no_token(anonymous: TestClient) -> None:
    """Its secret would be known to everybody."""
    form = {"csrf": csrf_token("", None), "email": "a@b.example", "password": PASSWORD}
    assert anonymous.post("/sign-in", data=form).status_code == 403


# Pictures that people send


def test_pictures_lose_everything_but_their_pixels() -> None:
    source = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x0112] = 6  # turned by a quarter
    Image.new("RGB", (40, 20), "#3b2bff").save(source, "JPEG", exif=exif, comment=b"secret")
    drawn = redraw(source.getvalue() + b"PK\x03\x04 a second file")
    assert (drawn.width, drawn.height, drawn.mime) == (20, 40, "image/jpeg")
    for part in (b"taken at home", b"secret", b"second file", b"Exif"):
        assert part not in drawn.data


def test_what_is_no_picture_is_refused() -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    for data in (b"", b"GIF89a", svg, b"\x89PNG\r\n\x1a\n" + b"\0" * 20):
        with pytest.raises(Refused):
            redraw(data)


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "PPM"])
def test_only_what_browsers_show_is_read(kind: str) -> None:
    """Every format more is a decoder more that a stranger can feed."""
    source = io.BytesIO()
    Image.new("RGB", (10, 10)).save(source, kind)
    with pytest.raises(Refused):
        redraw(source.getvalue())


def test_no_more_is_read_of_a_file_than_a_picture_may_have() -> None:
    class Endless(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            assert 0 < size < 100_000_000
            return b"x"

    with pytest.raises(Refused):
        redrawn(Endless())


def test_a_picture_has_a_limit() -> None:
    source = io.BytesIO()
    Image.new("1", (10_000, 5_001)).save(source, "PNG")
    with pytest.raises(Refused):
        redraw(source.getvalue())
