"""What is offered as a tool, and what a person has to agree to first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from socialpipe.web.permissions import Action

_Operation = TypeVar("_Operation", bound=Callable[..., Any])
Summary = Callable[..., str | None]


@dataclass(frozen=True, slots=True)
class Offer:
    """A tool: what it needs, and what a person has to agree to first (None: nothing)."""

    operation: Callable[..., Any]
    action: Action
    summary: Summary | None


OFFERS: list[Offer] = []


def offer(action: Action, summary: Summary | None = None) -> Callable[[_Operation], _Operation]:
    """Offer an operation as a tool."""

    def keep(operation: _Operation) -> _Operation:
        OFFERS.append(Offer(operation, action, summary))
        return operation

    return keep
