"""`socialpipe people`, and what terminals show so that somebody gets in."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient
from tests.web.visitor import csrf_of

from socialpipe.cli import run
from socialpipe.cli.people_links import say_how_to_begin
from socialpipe.model.people import Role
from socialpipe.store import Store


def test_an_account_is_made_and_chooses_its_password(
    store: Store, anonymous: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["people", "add", "Kim@Example.org", "--name", "Kim", "--url", "http://127.0.0.1"]
    assert run(words) == 0
    path = capsys.readouterr().out.strip().removeprefix("http://127.0.0.1")
    page = anonymous.get(path)
    form = {"csrf": csrf_of(page), "password": "a long new sentence"}
    assert anonymous.post(path, data={**form, "password": "short"}).status_code == 400
    assert anonymous.post(path, data=form).status_code == 200
    assert anonymous.post(path, data=form).status_code == 404
    assert store.people.with_password("kim@example.org", "a long new sentence")
    assert run(["people", "list", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"email": "kim@example.org", "name": "Kim", "role": "owner", "totp": False}


def test_a_role_is_changed_without_another_password(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    known = store.people.add("a@b.example", "A")
    assert run(["people", "add", "a@b.example", "--role", "viewer"]) == 0
    assert capsys.readouterr().out == ""
    assert [one.role for one in store.people.memberships(known.id)] == [Role.VIEWER]


@pytest.mark.parametrize("command", ["password-link", "sign-in-link"])
def test_links_are_for_people_that_exist(
    store: Store, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["people", command, "nobody@b.example"]) == 2
    store.people.add("a@b.example", "A")
    assert run(["people", command, "a@b.example"]) == 0
    assert capsys.readouterr().out.startswith("http://127.0.0.1:8000/")


def test_the_way_to_begin_is_shown_until_there_is_an_owner(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    say_how_to_begin(store, "http://127.0.0.1:1")
    assert "http://127.0.0.1:1/setup?token=" in capsys.readouterr().err
    store.people.add("a@b.example", "A")
    say_how_to_begin(store, "http://127.0.0.1:1")
    assert capsys.readouterr().err == ""


def test_commands_act_in_the_workspace_of_the_settings(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from socialpipe.settings import load

    store.hooks.add("http://127.0.0.1:9/", [], "secret")
    monkeypatch.setenv("SOCIALPIPE_WORKSPACE", "elsewhere")
    load.cache_clear()
    assert run(["hook", "list", "--json"]) == 2
    assert "elsewhere" in capsys.readouterr().err
    store.workspaces.add("elsewhere")
    assert run(["hook", "list", "--json"]) == 0
    assert capsys.readouterr().out == ""
