"""What the values of the API are made of: ids, aware times, texts, pages."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from socialpipe.errors import UsageError

_LARGEST = 2**53 - 1  # an integer that every JSON reader takes whole
_YEARS = range(1970, 2101)
PAGE = 50

_Item = TypeVar("_Item")


def _utc(at: datetime) -> datetime:
    if at.year not in _YEARS:
        raise ValueError("give a year from 1970 to 2100")
    return at.astimezone(UTC)


def _whole(text: str) -> str:
    if "\0" in text:
        raise ValueError("a text holds no NUL")
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("this is no IANA time zone, like Asia/Seoul") from None
    return name


Time = Annotated[AwareDatetime, AfterValidator(_utc)]
Text = Annotated[str, AfterValidator(_whole)]
Zone = Annotated[str, Field(max_length=100), AfterValidator(_zone)]
Id = Annotated[int, Path(ge=1, le=_LARGEST)]
Key = Annotated[int, Field(ge=1, le=_LARGEST)]
Limit = Annotated[int, Field(ge=1, le=200, description="Items of a page.")]
Cursor = Annotated[
    str | None, Field(max_length=100, description="`next` of the page before; none: the first.")
]


class Strict(BaseModel):
    """A body: what it does not know it refuses, so that no misspelt wish is lost."""

    model_config = ConfigDict(extra="forbid")


def plain(body: BaseModel, names: Collection[str]) -> dict[str, Any]:
    """Return those texts of a body that were given, as the store gives them back."""
    given = {name: getattr(body, name) for name in names if name in body.model_fields_set}
    return {name: None if value is None else str(value) for name, value in given.items()}


class Page(BaseModel, Generic[_Item]):
    """Some of a list, the newest first."""

    items: list[_Item]
    next: str | None = Field(description="Cursor of the next page; null: this is the last.")


def page(
    found: Sequence[_Item], limit: int, key: Callable[[_Item], int], told: Callable[[_Item], object]
) -> dict[str, object]:
    """Make a page of `limit` + 1 rows; the one too many only says that there are more."""
    more = len(found) > limit
    shown = found[:limit]
    return {
        "items": [told(one) for one in shown],
        "next": _cursor(key(shown[-1])) if more else None,
    }


def before(cursor: str | None) -> int | None:
    """Return the id that a page ends before.

    Raises UsageError for a cursor that is none of ours.
    """
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"==").decode("ascii")
        if not text.isdecimal() or not 0 < int(text) <= _LARGEST:
            raise ValueError  # noqa: TRY301
        return int(text)
    except (ValueError, binascii.Error):
        raise UsageError("This cursor is none of ours.", "Begin without one.") from None


def _cursor(key: int) -> str:
    return base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")
