"""Every route of the application, and a request that it would take."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple

from fastapi import FastAPI, UploadFile
from fastapi.params import Form
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from socialpipe.web.auth import Free, Gate, LinkGate, gate_of

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")

# What a form field or a member of a JSON body has to look like, where its type does not say it.
EXAMPLES: dict[str, Any] = {
    "email": "somebody@new.example",
    "password": "correct horse battery",
    "secret": "A" * 32,
    "locale": "en",
    "timezone": "Asia/Seoul",
    "url": "https://example.org/",
    "role": "viewer",  # only an owner may make owners
    "scopes": ["admin"],  # no token makes one that may more
    "at_once": False,  # it needs a second right
    "when": "at",
    "at": "2099-01-31T09:00:00+09:00",
    "texts": None,
    "absent": False,
    "published_url": "https://example.org/",
    "every_seconds": 900,
    "cooldown_seconds": 86_400,
    "link": None,
    "template": None,
    "tone": None,
    "brand": None,
    "alts": None,
}


class Call(NamedTuple):
    """A method of a route, with its gate."""

    method: str
    route: APIRoute
    gate: Gate

    @property
    def parameters(self) -> list[str]:
        """The names in its path."""
        return _PARAMETER.findall(self.route.path)

    @property
    def is_free(self) -> bool:
        """Whether it asks nobody who they are."""
        return isinstance(self.gate, Free)

    @property
    def is_linked(self) -> bool:
        """Whether it is for review links."""
        return isinstance(self.gate, LinkGate)

    def path(self, values: Mapping[str, object]) -> str:
        """Fill in the path."""
        return _PARAMETER.sub(lambda match: str(values[match[1]]), self.route.path)

    def body(self) -> dict[str, Any]:
        """Return what a client sends so that the route takes it: data, json or files."""
        fields = self.route.dependant.body_params
        if not fields:
            return {}
        form = {one.alias: one.field_info for one in fields if isinstance(one.field_info, Form)}
        if not form:
            examples = {one.alias: _example(one.alias, one.field_info.annotation) for one in fields}
            single = len(fields) == 1
            return {"json": next(iter(examples.values())) if single else examples}
        files = {n: f for n, f in form.items() if UploadFile in _parts(f.annotation)}
        data = {n: _example(n, f.annotation) for n, f in form.items() if n not in files}
        sent: dict[str, Any] = {"data": data}
        if files:
            sent["files"] = dict.fromkeys(files, ("a.txt", b"A title\n\nA text."))
        return sent


def calls(app: FastAPI) -> Iterator[Call]:
    """Yield every method of every route."""
    for route in app.routes:
        if isinstance(route, APIRoute):
            gate = gate_of(route)
            assert gate is not None
            for method in sorted(route.methods or ()):
                yield Call(method, route, gate)


def _example(name: str, annotation: Any) -> Any:
    if name in EXAMPLES:
        return EXAMPLES[name]
    for kind in _parts(annotation):
        if isinstance(kind, type) and issubclass(kind, Enum):
            return next(iter(kind)).value
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return {key: _member(key, field) for key, field in kind.model_fields.items()}
    kinds = _parts(annotation)
    plain: dict[type, Any] = {bool: True, int: 1, float: 1.0, str: "x"}
    found = next((plain[kind] for kind in kinds if kind in plain), "x")
    return [found] if list in kinds else found


def _member(name: str, field: FieldInfo) -> Any:
    return _example(name, field.annotation)


def _parts(annotation: Any) -> list[Any]:
    """Return the types in an annotation: those of a union, a list and what is in it."""
    origin = typing.get_origin(annotation)
    if origin is None:
        return [annotation]
    inner = [part for one in typing.get_args(annotation) for part in _parts(one)]
    return (
        inner if origin in {typing.Union, types.UnionType, typing.Annotated} else [origin, *inner]
    )
