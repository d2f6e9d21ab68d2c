"""Versions of things that several may edit: ETag out, If-Match in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header

from socialpipe.store.rows import digest_of
from socialpipe.web.api.problems import Outdated, VersionNeeded

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match", max_length=1000, description="ETag of what you read; an edit needs it."
    ),
]
_LENGTH = 24  # hexadecimal digits


def version_of(*values: object) -> str:
    """Name a state of something."""
    return f'"{digest_of(repr(values).encode())[:_LENGTH]}"'


def check(given: str | None, now: str) -> None:
    """Let through an edit of what is there now.

    Raises VersionNeeded, or Outdated.
    """
    if given is None:
        raise VersionNeeded
    if given.strip() != "*" and now not in {one.strip() for one in given.split(",")}:
        raise Outdated
