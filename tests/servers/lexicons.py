"""Bluesky's own rules for requests, answers and records (lexicons)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest
from tests.servers.described import in_node

from socialpipe.model import Json
from socialpipe.platforms.http import Content, Http


def faults(bodies: Sequence[Json]) -> list[str]:
    """Say of each body of a putRecord call what the lexicons find wrong; "" for nothing."""
    return call_faults([{"nsid": "com.atproto.repo.putRecord", "input": body} for body in bodies])


def call_faults(calls: Sequence[Json]) -> list[str]:
    """Say of each call what the lexicons find wrong with its parameters, input and output."""
    return in_node("lexicons.mjs", list(calls))


class Listening(Http):
    """Makes calls and writes them down, with what was answered."""

    def __init__(self) -> None:
        super().__init__(connect_timeout=2, read_timeout=5, allow_private_hosts=True)
        self.calls: list[Json] = []
        self.said: dict[str, Any] = {}

    def _request(self, method: str, url: str, content: Content) -> PreparedRequest:
        self.said = {"params": content.get("params"), "input": content.get("json")}
        return super()._request(method, url, content)

    def _exchange(
        self, request: PreparedRequest, *, follow: bool
    ) -> tuple[int, Mapping[str, str], bytes]:
        status, headers, body = super()._exchange(request, follow=follow)
        said = self.said
        if status == 200:
            said["output"] = json.loads(body)
        given = {name: value for name, value in said.items() if value is not None}
        self.calls.append({"nsid": urlsplit(request.url or "").path.rpartition("/")[2], **given})
        return status, headers, body
