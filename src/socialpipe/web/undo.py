"""Taking back what a toast tells of: each undoable verb says here how.

@undoes("delivery.move", Action.PLAN)
def _move_back(visit: Visit, values: Json) -> str:
    ...                                   # do the opposite
    return _("Moved back.")

A page offers it with `visit.tell(_("Moved."), undo=("delivery.move", {"id": 5, …}))`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from socialpipe.model import Json
from socialpipe.web.permissions import Action

if TYPE_CHECKING:
    from socialpipe.web.visit import Visit

Verb = Callable[["Visit", Json], str]
VERBS: dict[str, tuple[Action, Verb]] = {}


def undoes(name: str, action: Action) -> Callable[[Verb], Verb]:
    """Say how a verb is taken back, and who may."""

    def register(verb: Verb) -> Verb:
        VERBS[name] = (action, verb)
        return verb

    return register


def undo(visit: Visit, kept: Json) -> str:
    """Take back what a notice told of; return what to say.

    Raises AccessDenied when they may not (any more).
    """
    action, verb = VERBS[kept["verb"]]
    visit.require(action)
    return verb(visit, kept["values"])
