"""Errors as programs get them: problem+json (RFC 9457), the same shape for each."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from socialpipe.errors import Refused
from socialpipe.web.refusal import Stated


class Unprocessable(Stated, Refused):
    """The request is well formed, but what it names cannot be used."""

    status = 422


class VersionNeeded(Stated, Refused):
    """An edit must say which version it is of."""

    status = 428

    def __init__(self) -> None:
        super().__init__(
            "This edit does not say which version it changes.",
            "Send the ETag that you got as If-Match.",
        )


class Outdated(Stated, Refused):
    """Somebody else was faster."""

    status = 412

    def __init__(self) -> None:
        super().__init__(
            "This was changed since you read it.", "Read it again, and send the new ETag."
        )


class Problem(BaseModel):
    """An error: what happened, and what to do next."""

    type: str = Field(description="about:blank: `title` says it all.")
    title: str = Field(description="Kind of error.")
    status: int = Field(description="HTTP status.")
    detail: str = Field(description="What happened, and what to do next.")


_MEANINGS = {
    400: "A value cannot be understood.",
    401: "No token, or a worthless one.",
    403: "The role or the scopes of the token do not allow it.",
    404: "There is no such thing in this workspace.",
    405: "This method does not exist here.",
    409: "A limit or a rule says no; nothing was changed.",
    413: "The body is too large.",
    422: "The request does not fit its schema, or names what cannot be used.",
    429: "Too many requests; see Retry-After.",
    502: "The network refused.",
    503: "A service cannot be reached just now; try again.",
}
_EDITS = {
    412: "It was changed meanwhile: If-Match names an old version.",
    428: "If-Match is missing.",
}


def _answers(meanings: dict[int, str]) -> dict[int | str, dict[str, Any]]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": meaning, "content": content} for status, meaning in meanings.items()
    }


PROBLEMS = _answers(_MEANINGS)
OF_EDITS = _answers(_EDITS)
