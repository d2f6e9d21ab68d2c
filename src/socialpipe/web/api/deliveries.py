"""Deliveries for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query

from socialpipe.model import Delivery, State
from socialpipe.schedule.explain import explain
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter(prefix="/api/v1/deliveries", tags=["deliveries"])


@router.get("")
def index(
    visit: Annotated[Visit, may(Action.SEE)],
    state: Annotated[list[State] | None, Query()] = None,
    channel: str | None = None,
) -> list[dict[str, Any]]:
    """List deliveries by time."""
    found = visit.store.deliveries.find(states=state or (), channel_name=channel)
    return [as_json(delivery, visit.now) for delivery in found]


@router.get("/{delivery_id}")
def one(visit: Annotated[Visit, may(Action.SEE)], delivery_id: int) -> dict[str, Any]:
    """Return one, with its timeline."""
    found = visit.store.deliveries.get(delivery_id)
    events = [
        {"at": event.at, "state": event.to_state, "actor": event.actor, "text": event.text}
        for event in visit.store.deliveries.events(delivery_id)
    ]
    return {**as_json(found, visit.now), "events": events}


def as_json(delivery: Delivery, now: datetime) -> dict[str, Any]:
    """Describe a delivery for a program."""
    told = explain(delivery, now)
    return {
        "id": delivery.id,
        "state": delivery.state,
        "channel": delivery.channel,
        "platform": delivery.platform,
        "title": delivery.title,
        "due_at": delivery.due_at,
        "attempt": delivery.attempt,
        "url": delivery.receipt.url if delivery.receipt else None,
        "cause": told.cause,
        "next_step": told.next_step,
        "when": told.when,
        "who": told.who,
    }
