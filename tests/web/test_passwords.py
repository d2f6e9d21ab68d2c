"""What protects passwords, sessions and the links that serve once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.web.conftest import SignIn
from tests.web.visitor import PASSWORD, Visitor, csrf_of

from socialpipe.errors import Refused, TryAgain
from socialpipe.model.people import Role
from socialpipe.store import Store
from socialpipe.store.schema import metadata, person, session, throttle
from socialpipe.store.throttle import rules, wait
from socialpipe.store.tickets import Purpose


def enter(client: TestClient, email: str, password: str, status: int) -> None:
    page = client.get("/sign-in")
    form = {"csrf": csrf_of(page), "email": email, "password": password}
    assert client.post("/sign-in", data=form).status_code == status


# Passwords, sessions, links


def test_nothing_that_opens_a_door_is_stored(store: Store, owner: Visitor) -> None:
    tokens = [store.tickets.make(purpose, owner.person.id) for purpose in Purpose]
    with store.database.read() as connection:
        rows = [
            str(value)
            for table in metadata.sorted_tables
            for row in connection.execute(sa.select(table))
            for value in row
        ]
    for secret in (*tokens, owner.token, PASSWORD):
        assert not any(secret in row for row in rows)
    with store.database.read() as connection:
        kept = connection.execute(sa.select(person.c.password)).scalar_one()
    assert kept.startswith("$argon2id$")


def test_signing_in_gives_a_new_session(anonymous: TestClient, owner: Visitor) -> None:
    """Whoever planted a cookie does not share what comes after."""
    anonymous.cookies.set("socialpipe", "planted")
    enter(anonymous, owner.person.email, PASSWORD, 303)
    cookies = {cookie.name: cookie.value for cookie in anonymous.cookies.jar}
    assert cookies["socialpipe"] not in {"planted", owner.token}


def test_signing_out_ends_the_session_on_the_server(owner: Visitor, store: Store) -> None:
    token = owner.token
    elsewhere = store.sessions.open(owner.person.id, "elsewhere")
    left = owner.post("/sign-out")
    assert left.status_code == 303
    assert "Max-Age=0" in left.headers["set-cookie"]
    assert store.sessions.bearer(elsewhere) is not None
    owner.client.cookies.set("socialpipe", token)
    assert owner.get("/settings").status_code == 303


def test_a_session_that_nobody_uses_ends(store: Store, owner: Visitor) -> None:
    with store.database.write() as connection:
        old = store.now() - timedelta(days=31)
        connection.execute(sa.update(session).values(seen_at=old))
    assert owner.get("/settings").status_code == 303


def test_a_new_password_signs_out_everywhere(store: Store, owner: Visitor) -> None:
    elsewhere = store.sessions.open(owner.person.id, "elsewhere")
    form = {"current": PASSWORD, "password": "another long sentence"}
    assert owner.post("/settings/password", {**form, "current": "wrong"}).status_code == 400
    answer = owner.post("/settings/password", form)
    assert "socialpipe=" in answer.headers["set-cookie"]
    assert store.sessions.bearer(elsewhere) is None
    assert store.sessions.bearer(owner.token) is None
    assert store.people.with_password(owner.person.email, "another long sentence")


def test_weak_passwords_are_refused(store: Store) -> None:
    for password in ("", "short", "x" * 1001):
        with pytest.raises(Refused):
            store.people.add("a@b.example", "A", password)


def test_guessing_gets_slow(anonymous: TestClient, owner: Visitor, store: Store) -> None:
    for _ in range(5):
        enter(anonymous, owner.person.email, "wrong password", 401)
    enter(anonymous, owner.person.email, PASSWORD, 429)  # even the right one has to wait now
    with store.database.write() as connection:
        earlier = store.now() - timedelta(seconds=16)
        connection.execute(sa.update(throttle).values(last_at=earlier))
    enter(anonymous, owner.person.email, PASSWORD, 303)


def test_guessing_for_many_accounts_gets_slow_too(store: Store) -> None:
    for n in range(30):
        store.throttle.failed(rules(f"{n}@b.example", "192.0.2.1"))
    with pytest.raises(TryAgain):
        store.throttle.check(rules("new@b.example", "192.0.2.1"))
    store.throttle.check(rules("new@b.example", "192.0.2.2"))


def test_guessing_from_many_addresses_gets_slow_too(store: Store) -> None:
    for n in range(60):
        store.throttle.failed(rules("a@b.example", f"192.0.2.{n}"))
    with pytest.raises(TryAgain):
        store.throttle.check(rules("A@B.example ", "192.0.2.200"))


@given(st.integers(0, 10**6), st.integers(0, 100))
def test_each_failure_waits_longer_up_to_a_quarter_of_an_hour(failures: int, free: int) -> None:
    assert wait(failures, free) <= wait(failures + 1, free) <= timedelta(minutes=15)
    assert (wait(failures, free) == timedelta(0)) == (failures < free)


def test_a_link_serves_once(anonymous: TestClient, owner: Visitor, store: Store) -> None:
    path = f"/sign-in/{store.tickets.make(Purpose.SIGN_IN, owner.person.id)}"
    for _ in range(2):  # a preview that looks at it uses nothing up
        page = anonymous.get(path)
        assert page.status_code == 200
    assert anonymous.post(path, data={"csrf": csrf_of(page)}).status_code == 303
    anonymous.cookies.clear()
    assert anonymous.get(path).status_code == 404


def test_a_link_changes_one_password(anonymous: TestClient, owner: Visitor, store: Store) -> None:
    path = f"/password/{store.tickets.make(Purpose.PASSWORD, owner.person.id)}"
    form = {"csrf": csrf_of(anonymous.get(path)), "password": "another long sentence"}
    assert anonymous.post(path, data=form).status_code == 200
    assert anonymous.post(path, data=form).status_code == 404


# The first run


@pytest.fixture
def fresh(app: FastAPI) -> Iterator[TestClient]:
    """A browser before an installation without people."""
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client


def test_the_first_owner_needs_the_link_of_the_terminal(fresh: TestClient, store: Store) -> None:
    assert fresh.get("/setup").status_code == 404
    assert fresh.get("/setup?token=guessed").status_code == 404
    token = store.tickets.make(Purpose.SETUP)
    page = fresh.get(f"/setup?token={token}")
    form = {"csrf": csrf_of(page), "email": "Me@Home.example", "name": "Me", "password": PASSWORD}
    assert fresh.post("/setup", data={**form, "token": "guessed"}).status_code == 404
    assert fresh.post("/setup", data={**form, "token": token}).status_code == 303
    (member,) = store.people.members(1)
    assert (member.person.email, member.role) == ("me@home.example", Role.OWNER)
    assert fresh.get("/settings").status_code == 200


def test_there_is_one_first_owner_only(fresh: TestClient, store: Store, sign_in: SignIn) -> None:
    token = store.tickets.make(Purpose.SETUP)
    page = fresh.get(f"/setup?token={token}")
    form = {"csrf": csrf_of(page), "email": "b@b.example", "name": "B", "password": PASSWORD}
    sign_in(Role.VIEWER)
    assert fresh.get(f"/setup?token={token}").status_code == 404
    assert fresh.post("/setup", data={**form, "token": token}).status_code == 404
    assert len(store.people.members(1)) == 1


# The second step


def test_the_second_step(anonymous: TestClient, owner: Visitor, store: Store) -> None:
    page = owner.get("/settings/second-factor").text
    secret = page.split('name="secret" value="')[1].split('"')[0]
    totp = pyotp.TOTP(secret)
    form = {"secret": secret, "code": "000000"}
    assert owner.post("/settings/second-factor", form).status_code == 400
    now = int(store.now().timestamp())
    shown = owner.post("/settings/second-factor", {**form, "code": totp.at(now)}).text
    recovery = shown.split("<li><code>")[1].split("</code>")[0]

    def second(code: str) -> int:
        page = anonymous.get("/sign-in")
        form = {"csrf": csrf_of(page), "email": owner.person.email, "password": PASSWORD}
        asked = anonymous.post("/sign-in", data=form)
        assert "set-cookie" not in asked.headers, "the password alone signs nobody in"
        ticket = asked.text.split('name="ticket" value="')[1].split('"')[0]
        form = {"csrf": csrf_of(asked), "ticket": ticket, "code": code}
        status = anonymous.post("/sign-in/code", data=form).status_code
        anonymous.cookies.clear()
        return status

    assert second(totp.at(now)) == 401, "the code that turned it on was used"
    assert second(totp.at(now + 30)) == 303
    assert second(totp.at(now + 30)) == 401, "a code serves once"
    assert second(recovery) == 303
    assert second(recovery) == 401, "a recovery code serves once"
