"""The description of the API that programs read: /api/v1/openapi.json."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from socialpipe.web.api.problems import Problem

_INTRODUCTION = (
    "Everything that the pages can do, for programs. Send `Authorization: Bearer TOKEN`; make a "
    "token under Settings, API tokens. Every error is `application/problem+json`. Lists are read "
    "with `cursor`. Repeat a POST safely with an `Idempotency-Key`. Edits need `If-Match`."
)


def install(app: FastAPI) -> None:
    """Let the application describe its API."""

    @cache
    def describe() -> dict[str, Any]:
        found = get_openapi(
            title=app.title,
            version=app.version,
            description=_INTRODUCTION,
            routes=app.routes,
        )
        parts = found.setdefault("components", {})
        parts.setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
        parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        found["security"] = [{"token": []}]
        return found

    app.openapi = describe  # type: ignore[method-assign]
