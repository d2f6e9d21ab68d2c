"""A call on its way through a stand-in, and the account that makes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from socialpipe.model import Json
from socialpipe.simulator.faults import Fault, Kind
from socialpipe.simulator.wire import Request

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a credential stands for."""

    id: str
    name: str


ANONYMOUS = Account("", "")


def digest(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def person(name: str) -> Account:
    """Return the account of a name; its number is always the same."""
    return Account(str(int(digest(name)[:12], 16)), name)


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way through a stand-in. `now` is in seconds since the epoch."""

    request: Request
    params: Mapping[str, str]
    token: str
    now: float
    account: Account = ANONYMOUS
    fault: Fault | None = None

    @property
    def fields(self) -> dict[str, Any]:
        return self.request.fields

    def text(self, name: str) -> str:
        """Return a field as text; "" when it is missing."""
        value = self.fields.get(name)
        if isinstance(value, (dict, list)):
            raise TypeError(f"{name} is no text")
        return "" if value is None else str(value)

    def object(self, name: str) -> Json:
        """Return a field that is an object, {} when missing; in forms it is JSON as text."""
        return self._structure(name, {})

    def list(self, name: str) -> list[Any]:
        """Return a field that is a list, [] when missing; in forms it is JSON as text."""
        return self._structure(name, [])

    def _structure(self, name: str, empty: T) -> T:
        value = self.fields.get(name)
        if isinstance(value, str):
            value = json.loads(value) if value else None
        if value is None:
            return empty
        if not isinstance(value, type(empty)):
            raise TypeError(f"{name} is of the wrong type")
        return value

    @property
    def ready_at(self) -> float:
        """When an image uploaded by this call can be used, in seconds since the epoch."""
        slow = self.fault is not None and self.fault.kind is Kind.PROCESSING
        return self.now + (self.fault.seconds if self.fault is not None and slow else 0)
