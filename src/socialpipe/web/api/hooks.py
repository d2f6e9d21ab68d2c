"""Hooks: addresses that are told what happens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field

from socialpipe.errors import UsageError
from socialpipe.schedule.topics import Topic
from socialpipe.store.endpoints import check_address, new_secret
from socialpipe.store.hooks import Hook as Found
from socialpipe.store.hooks import MessageState
from socialpipe.web.api.articles import Address
from socialpipe.web.api.kinds import Id, Strict
from socialpipe.web.api.problems import Unprocessable
from socialpipe.web.api.route import router as new_router
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = new_router("hooks")


class NewHook(Strict):
    """An address, and what it is told."""

    url: Address
    events: list[Topic] = Field(default_factory=list, max_length=50, description="None: all.")


class Hook(BaseModel):
    """An address that is told what happens. Its secret is not told again."""

    id: int
    url: str
    events: list[Topic]
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    note: str | None


class Made(Hook):
    """A new hook."""

    secret: str = Field(description="Signs what is sent; shown this once.")


class Message(BaseModel):
    """News for a hook."""

    id: int
    hook_id: int
    delivery_id: int | None
    event: Topic
    state: MessageState
    attempt: int
    due_at: datetime
    answer: str | None
    body: str = Field(description="Exactly what is sent and signed.")


@router.post("", status_code=201)
def add(
    visit: Annotated[Visit, may(Action.MANAGE_HOOKS)], wanted: NewHook, response: Response
) -> Made:
    """Tell an address what happens from now on."""
    try:
        check_address(wanted.url, allow_private=visit.desk.settings.allow_private_hosts)
    except UsageError as error:
        raise Unprocessable(error.what, error.fix) from None
    secret = new_secret()
    made = visit.store.hooks.add(wanted.url, set(wanted.events) or set(Topic), secret)
    visit.audit("hook.add", made.url)
    response.headers["Location"] = f"/api/v1/hooks/{made.id}"
    return Made(**_told(made).model_dump(), secret=secret)


@router.get("")
def index(visit: Annotated[Visit, may(Action.MANAGE_HOOKS)]) -> list[Hook]:
    """List the hooks, oldest first."""
    return [_told(one) for one in visit.store.hooks.all()]


@router.get("/{hook_id}")
def show(visit: Annotated[Visit, may(Action.MANAGE_HOOKS)], hook_id: Id) -> Hook:
    """Return one."""
    return _told(visit.store.hooks.get(hook_id))


@router.delete("/{hook_id}", status_code=204)
def remove(visit: Annotated[Visit, may(Action.MANAGE_HOOKS)], hook_id: Id) -> None:
    """Forget it, and what waits for it."""
    found = visit.store.hooks.get(hook_id)
    visit.store.hooks.remove(hook_id)
    visit.audit("hook.remove", found.url)


@router.post("/{hook_id}/enable")
def enable(visit: Annotated[Visit, may(Action.MANAGE_HOOKS)], hook_id: Id) -> Hook:
    """Use a disabled one again; what has waited is sent first."""
    found = visit.store.hooks.get(hook_id)
    visit.store.hooks.enable(hook_id)
    visit.audit("hook.enable", found.url)
    return _told(visit.store.hooks.get(hook_id))


@router.get("/{hook_id}/messages", response_model=list[Message])
def messages(
    visit: Annotated[Visit, may(Action.MANAGE_HOOKS)],
    hook_id: Id,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[dict[str, object]]:
    """List its messages, the newest first."""
    found = visit.store.hooks.messages(visit.store.hooks.get(hook_id).id, limit)
    same = ("id", "hook_id", "delivery_id", "state", "attempt", "due_at", "answer", "body")
    return [{**{name: getattr(one, name) for name in same}, "event": one.topic} for one in found]


@router.post("/messages/{message_id}/replay", status_code=204)
def replay(visit: Annotated[Visit, may(Action.MANAGE_HOOKS)], message_id: Id) -> None:
    """Send a message once more, under the same id."""
    visit.store.hooks.replay(message_id)
    visit.audit("hook.replay", str(message_id))


def _told(found: Found) -> Hook:
    same = ("id", "url", "created_at", "failing_since", "disabled_at", "note")
    return Hook(**{name: getattr(found, name) for name in same}, events=list(found.topics))
