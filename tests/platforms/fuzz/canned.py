"""Networks without a network: answers come out of the cases, requests are kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.structures import CaseInsensitiveDict
from tests.platforms.case import case_of
from tests.platforms.later import LATER
from tests.platforms.network import Reply, Request, Route

from socialpipe.platforms.http import Http

HOST = "https://h.example"


class Query(dict[str, str]):
    """A query that has every parameter."""

    def __missing__(self, key: str) -> str:
        return key


class Canned(Http):
    """Answers with `routes`; those in `broken` come first. `requests` are those that were made."""

    def __init__(
        self, routes: Mapping[str, Route], broken: Mapping[str, Reply] | None = None
    ) -> None:
        # No network, no hurry: the machine may sleep meanwhile.
        super().__init__(connect_timeout=1e6, read_timeout=1e6, allow_private_hosts=True)
        self.routes, self.broken = routes, dict(broken or {})
        self.requests: list[Request] = []

    def _exchange(
        self, request: requests.PreparedRequest, *, follow: bool
    ) -> tuple[int, Mapping[str, str], bytes]:
        del follow
        made = written(request)
        self.requests.append(made)
        for key, route in [*self.broken.items(), *self.routes.items()]:
            wanted, _, pattern = key.partition(" ")
            if wanted == made.method and re.fullmatch(pattern, made.path):
                reply = first(route, made)
                return reply.status, CaseInsensitiveDict(reply.headers), encoded(reply.body)
        return 404, CaseInsensitiveDict(), b"{}"


def everything(name: str) -> dict[str, Route]:
    """Collect the answers to all calls of a platform, those after publishing too."""
    later = LATER[name]
    routes = {**case_of(name).routes, **later.more}
    routes |= {later.delete: later.deleted} if later.delete else {}
    return routes | ({later.count: later.counted} if later.count else {})


def written(made: requests.PreparedRequest) -> Request:
    """Write a request as it goes over the wire."""
    place = urlsplit(made.url or "")
    body = made.body or b""
    data = body.encode() if isinstance(body, str) else bytes(body)
    query = Query(parse_qsl(place.query))
    headers = {"Host": "h.example", **made.headers}
    return Request(made.method or "", place.path, query, headers, data)


def encoded(body: object) -> bytes:
    if isinstance(body, bytes):
        return body
    try:
        return json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half an emoji
        return json.dumps(body).encode()


def first(route: Route, request: Request) -> Reply:
    """Take the answer of a route on which all goes well."""
    if callable(route):
        route = route(request)
    act = route if isinstance(route, Reply) else route[-1] if isinstance(route, list) else None
    assert isinstance(act, Reply)
    return act


def good(route: Route) -> Reply:
    return first(route, Request("GET", "/", Query(), {"Host": "h.example"}, b""))
