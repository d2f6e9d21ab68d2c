"""Two steps before anything goes out: a summary for a person, then the call once more."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from socialpipe.errors import Refused
from socialpipe.store.idempotency import Call
from socialpipe.store.tokens import hashed
from socialpipe.web.visit import Visit

_LIFE = timedelta(minutes=10)


class Question(BaseModel):
    """What a person has to agree to."""

    needs_confirmation: bool = True
    summary: str
    confirm: str
    how: str = (
        "Show the summary to the person. When they agree, call the tool again with the same "
        "arguments and this `confirm`. Do not agree for them."
    )


def ask(visit: Visit, tool: str, arguments: dict[str, Any], summary: str) -> Question:
    """Return the question; its token is for this caller, tool and arguments, for ten minutes."""
    until = int((visit.desk.now() + _LIFE).timestamp())
    signature = visit.store.vault.sign(_said(visit, tool, arguments, until))
    return Question(summary=summary, confirm=f"{until}.{signature}")


def once(
    visit: Visit, tool: str, arguments: dict[str, Any], confirm: str, act: Callable[[], Any]
) -> Any:
    """Act if a person agreed to just this; a repeat is answered as the first call was.

    Raises Refused for a token of another question, or an old one.
    """
    until, _, signature = confirm.partition(".")
    said = _said(visit, tool, arguments, int(until) if until.isdecimal() else 0)
    good = visit.store.vault.is_signed(said, signature)
    if not good or int(until) < visit.desk.now().timestamp():
        raise Refused(
            "This confirmation is too old, or was for something else.",
            "Call the tool without `confirm`, and show the new summary to the person.",
        )
    room, call = visit.store.idempotency, Call(visit.actor, f"tool {tool}", confirm, hashed(said))
    before = room.begin(call)
    if before is not None:
        return before["answer"]
    try:
        answer = to_jsonable_python(act())
    except Refused:
        room.release(call)
        raise
    room.finish(call, {"answer": answer})
    return answer


def _said(visit: Visit, tool: str, arguments: dict[str, Any], until: int) -> str:
    told = json.dumps(to_jsonable_python(arguments), sort_keys=True)
    return json.dumps(["mcp", visit.home.id, visit.actor, tool, told, until])
