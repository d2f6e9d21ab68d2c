"""Broken answers: nothing crashes, nothing is published that no answer names."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict
from tests.platforms.case import NOW, TEXT, adapter, case_of, part, publish_on
from tests.platforms.network import Reply, Request, Route
from tests.platforms.test_contract import FINDERS, NAMES

from socialpipe.errors import PlatformError
from socialpipe.platforms import poll
from socialpipe.platforms.http import Content, Http

SCALARS: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, False, 0, -1, 7, 1.5, "", "x", "ok", "한", "1" * 40, [], {}]
)
STATUS = st.sampled_from([200, 200, 200, 201, 202, 204, 400, 401, 403, 409, 422, 429, 500])


class Canned(Http):
    """Answers without a network; those in `broken` come broken."""

    def __init__(self, routes: Mapping[str, Route], broken: Mapping[str, Reply]) -> None:
        super().__init__(connect_timeout=1, read_timeout=1, allow_private_hosts=True)
        self.routes, self.broken = routes, broken

    def _exchange(
        self, method: str, url: str, *, follow: bool, content: Content
    ) -> tuple[int, Mapping[str, str], bytes]:
        del follow, content
        path = re.sub(r"^\w+://[^/]*|\?.*$", "", url)
        for key, route in {**self.routes, **self.broken}.items():
            wanted, _, pattern = key.partition(" ")
            if wanted == method and re.fullmatch(pattern, path):
                reply = first(route, Request(method, path, Any_(), {"Host": "h.example"}, b""))
                body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body)
                data = body if isinstance(body, bytes) else body.encode()
                return reply.status, CaseInsensitiveDict(reply.headers), data
        return 404, {}, b"{}"


class Any_(dict[str, str]):  # noqa: N801
    """A query that has every parameter."""

    def __missing__(self, key: str) -> str:
        return key


def first(route: Route, request: Request) -> Reply:
    if callable(route):
        route = route(request)
    act = route if isinstance(route, Reply) else route[-1] if isinstance(route, list) else None
    assert isinstance(act, Reply)
    return act


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        steps = enumerate(value)
    return [here, *(path for key, inner in steps for path in paths(inner, (*here, key)))]


@st.composite
def broken(draw: st.DrawFn, reply: Reply) -> Reply:
    """Put something else, or nothing, into one or two places of a good body; maybe cut it."""
    body = copy.deepcopy(reply.body)
    for _ in range(draw(st.integers(0, 2))):
        *before, last = draw(st.sampled_from(paths(body))) or (None,)
        if last is None:
            body = draw(SCALARS)
            continue
        target = body
        for step in before:
            target = target[step]
        if isinstance(target, dict) and draw(st.booleans()):
            del target[last]
        else:
            target[last] = draw(SCALARS)
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    keep = draw(st.integers(0, len(data)) | st.just(len(data)) | st.just(len(data)))
    headers = reply.headers if draw(st.booleans()) else {}
    return Reply(draw(STATUS), data[:keep], headers)


def good(route: Route) -> Reply:
    return first(route, Request("GET", "/", Any_(), {"Host": "h.example"}, b""))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_broken_answer_is_never_published(name: str, data: st.DataObject) -> None:
    case = case_of(name)
    route = data.draw(st.sampled_from([case.create, *case.routes]))
    reply = data.draw(broken(good(case.routes[route])))
    client = Canned(case.routes, {route: reply})
    platform = adapter(name, "https://h.example", client)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(poll, "PAUSE", 0)
        try:
            receipt = publish_on(platform, part(cards=case.cards))
        except PlatformError:
            return
        else:
            assert receipt.id
            assert route != case.create or reply.status < 300
            if case.reads_answer and route == case.create:
                shown = reply.body.decode("utf-8", "ignore") + " ".join(reply.headers.values())
                assert receipt.id in shown or receipt.id == part().key


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_broken_answer_does_not_crash_a_check(name: str, data: st.DataObject) -> None:
    case = case_of(name)
    route = data.draw(st.sampled_from(list(case.routes)))
    client = Canned(case.routes, {route: data.draw(broken(good(case.routes[route])))})
    try:
        assert adapter(name, "https://h.example", client).check().id
    except PlatformError:
        return


@pytest.mark.parametrize("name", FINDERS)
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_broken_list_does_not_crash_a_search(name: str, data: st.DataObject) -> None:
    case = case_of(name)
    assert case.own is not None
    routes = {**case.routes, **case.own(TEXT, NOW)}
    (route,) = case.own(TEXT, NOW)
    client = Canned(routes, {route: data.draw(broken(good(routes[route])))})
    try:
        found = adapter(name, "https://h.example", client).find(part(cards=case.cards))
    except PlatformError:
        return
    assert found is None or found.id
