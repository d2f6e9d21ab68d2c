"""The API does what its description says: no request made from it gets a 5xx or another shape."""

from __future__ import annotations

import re
import socket
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.engine.stage import connect, schedule
from tests.web.visitor import Visitor

from socialpipe.model.people import Member, Scope
from socialpipe.schedule.topics import Topic
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.web.api.pace import Pace

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
_EXAMPLES = 6  # of each operation: wide, not deep
_THOROUGH = settings(
    max_examples=_EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def headers(app: FastAPI, store: Store, simulator: Simulator, owner: Visitor) -> dict[str, str]:
    """A token that may everything, in a workspace with something of each kind."""
    app.state.pace = Pace(1_000_000)
    channel = connect(store, simulator, "mastodon", "town")
    store.hooks.add("http://127.0.0.1:9/", [Topic.CANCELLED], "secret")
    for text in ("Hello.", "Bye."):
        schedule(store, channel, text, at=store.now() + timedelta(hours=1), needs_review=True)
    member = Member(owner.person, owner.workspace, owner.role)
    token = store.sessions.add_token(member, "test", frozenset(Scope))
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let made-up names of hosts lead nowhere, at once."""
    look_up = socket.getaddrinfo

    def known(host: str, *more: object, **named: object) -> object:
        if host not in {"127.0.0.1", "localhost"}:
            raise socket.gaierror(socket.EAI_NONAME, "nobody")
        return look_up(host, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", known)


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("mode", GenerationMode)
def test_answers_are_as_described(
    app: FastAPI, headers: dict[str, str], mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    asked = 0

    def ask(case: Case[Any]) -> None:
        nonlocal asked
        asked += 1
        case.call_and_validate(headers=headers, checks=_CHECKS)

    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        there = dict.fromkeys(re.findall(r"{(\w+)}", operation.path), 1)  # the first of its kind
        known = there if there and mode is GenerationMode.POSITIVE else None
        _THOROUGH(given(operation.as_strategy(mode, path_parameters=known))(ask))()
    assert asked > 30
