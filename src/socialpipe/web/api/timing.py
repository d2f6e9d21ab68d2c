"""At which time something goes out."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field, model_validator

from socialpipe.errors import Refused
from socialpipe.model import Channel
from socialpipe.store.intake import Order
from socialpipe.store.places import Place
from socialpipe.web.api.kinds import Strict, Time
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

_TOLERANCE = timedelta(seconds=60)  # a request takes a moment to arrive


class When(StrEnum):
    """At which time it goes out."""

    NEXT = "next"  # each channel's next free slot
    FIRST = "first"  # the next slot; what waits there moves one slot on
    AT = "at"  # the time that `at` names
    NOW = "now"  # as soon as it is composed


class Timing(Strict):
    """When, and whether somebody approves it first."""

    when: When = When.NEXT
    at: Time | None = Field(None, description="With `when: at`; an offset is needed.")
    review: bool = Field(False, description="It waits for approval.")

    @model_validator(mode="after")
    def _timed(self) -> Timing:
        if (self.when is When.AT) is (self.at is None):
            raise ValueError("`at` belongs to `when: at`, and nothing else does")
        return self

    def check(self, visit: Visit) -> None:
        """Let pass who may have it go out then.

        Raises AccessDenied, or Refused for a time that is over.
        """
        if self.when is When.NOW:
            visit.require(Action.PUBLISH)
        if self.at is not None:
            must_come(self.at, visit.store.now())

    def order(self, channel: Channel, now: datetime) -> Order:
        """Return the order for a channel."""
        if self.at is not None:
            return Order(channel, self.at)
        places = {When.NEXT: Place.NEXT, When.FIRST: Place.FIRST}
        return Order(channel, now, places.get(self.when, Place.FIXED))


def must_come(at: datetime, now: datetime) -> None:
    """Let pass a time to come.

    Raises Refused.
    """
    if at < now - _TOLERANCE:
        raise Refused(f"{at.isoformat()} is past.", "Give a time to come.")
