"""The installation as an operator sees it, and the brake."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from socialpipe.model import State
from socialpipe.web import brake, health
from socialpipe.web.api.kinds import Strict, Text
from socialpipe.web.api.route import router as new_router
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = new_router("system")


class Health(BaseModel):
    """Whether everything is there that publishing needs."""

    healthy: bool
    checks: dict[str, str] = Field(description='"ok" or what is wrong, by part.')
    frozen: str | None = Field(description="Who froze publishing, and why.")
    deliveries: dict[State, int] = Field(description="How many, by state.")
    paused_channels: list[str]


class Reason(Strict):
    """Why publishing is frozen."""

    reason: Text = Field(min_length=1, max_length=500, description="For the others.")


@router.get("/health")
def summary(visit: Annotated[Visit, may(Action.SEE_SYSTEM)]) -> Health:
    """Summarize roles, deliveries and channels."""
    checks = health.health(visit.store)
    return Health(
        healthy=health.status(checks) == 200,
        checks=checks,
        frozen=visit.store.switches.frozen(),
        deliveries=visit.store.deliveries.counts(),
        paused_channels=[one.name for one in visit.store.channels.all() if one.paused],
    )


@router.post("/freeze")
def freeze(visit: Annotated[Visit, may(Action.FREEZE)], why: Reason) -> Health:
    """Let nothing new go out, on any channel."""
    brake.freeze(visit, why.reason)
    return summary(visit)


@router.post("/unfreeze")
def unfreeze(visit: Annotated[Visit, may(Action.FREEZE)]) -> Health:
    """Publish again; what is late goes out paced."""
    brake.unfreeze(visit)
    return summary(visit)
