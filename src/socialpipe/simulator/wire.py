"""HTTP as the stand-ins see it: a request with its fields and files, and an answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote


@dataclass(frozen=True, slots=True)
class File:
    """One uploaded file."""

    name: str
    mime: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Request:
    """One request; `path` is what follows the platform's prefix, still percent-encoded."""

    method: str
    path: str
    query: str
    headers: Message
    body: bytes = field(repr=False)

    @property
    def bearer(self) -> str:
        """The token of the Authorization header, whatever its scheme; OAuth 1: `oauth_token`."""
        scheme, _, rest = self.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() == "oauth":
            found = re.search(r'oauth_token="([^"]*)"', rest)
            return unquote(found[1]) if found else ""
        return rest.strip()

    @property
    def mime(self) -> str:
        """The media type of the body, without parameters."""
        return self.headers.get_content_type() if self.headers.get("Content-Type") else ""

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The query and the body's JSON object, form or multipart fields in one.

        Raises ValueError when the body is not what its type says.
        """
        found = {**_pairs(parse_qsl(self.query, keep_blank_values=True)), **self._body_fields()}
        for text in _strings(found):
            text.encode()  # half a surrogate pair is an error, as on every network
        return found

    @cached_property
    def files(self) -> dict[str, File]:
        """Files of a multipart body by field name."""
        return {name: part for name, part in self._parts() if isinstance(part, File)}

    def mentions(self, needle: str) -> bool:
        """Whether any text in the fields contains `needle`."""
        return any(needle in text for text in _strings(self.fields))

    def _body_fields(self) -> dict[str, Any]:
        if self.mime.endswith("json") and self.body:
            value = json.loads(self.body)
            return value if isinstance(value, dict) else {"": value}
        if self.mime == "application/x-www-form-urlencoded":
            return _pairs(parse_qsl(self.body.decode(), keep_blank_values=True))
        return _pairs([(name, part) for name, part in self._parts() if isinstance(part, str)])

    def _parts(self) -> Iterator[tuple[str, str | File]]:
        boundary = self.headers.get_boundary() if self.mime == "multipart/form-data" else None
        if boundary is None:
            return
        for chunk in self.body.split(b"--" + boundary.encode())[1:-1]:
            head, _, data = chunk.removeprefix(b"\r\n").partition(b"\r\n\r\n")
            yield _part(message_from_bytes(head + b"\r\n\r\n"), data.removesuffix(b"\r\n"))


def _part(head: Message, data: bytes) -> tuple[str, str | File]:
    name = str(head.get_param("name", "", "content-disposition"))
    filename = head.get_filename()
    if filename is None:
        return name, data.decode()
    return name, File(filename, head.get_content_type(), data)


def _pairs(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Collect form pairs; `name[]` becomes a list under `name`."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name.endswith("[]"):
            found.setdefault(name[:-2], []).append(value)
        else:
            found[name] = value
    return found


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer."""

    status: int
    body: bytes = b""
    mime: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def reply(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer in JSON."""
    body = json.dumps(data, ensure_ascii=False).encode()
    return Answer(status, body, "application/json; charset=utf-8", headers or {})


def html(page: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer with a page."""
    return Answer(status, page.encode(), "text/html; charset=utf-8", headers or {})
