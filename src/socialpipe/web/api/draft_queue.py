"""From a draft to the queue, and back."""

from __future__ import annotations

from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field

from socialpipe.web.api.campaigns import Accepted, accepted
from socialpipe.web.api.kinds import Id, Text
from socialpipe.web.api.route import router as new_router
from socialpipe.web.api.timing import Timing
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.queueing import chosen_of, send
from socialpipe.web.visit import Visit

router = new_router("drafts")


class Wanted(Timing):
    """Which posts, and when they go out."""

    channels: list[Text] | None = Field(
        None, min_length=1, max_length=100, description="Their names; null: all of the draft."
    )


class Reopened(BaseModel):
    """What became of a queued draft."""

    cancelled: int = Field(description="Deliveries that were taken back.")


@router.post("/{draft_id}/queue", status_code=201)
def queue(
    visit: Annotated[Visit, may(Action.PLAN)], draft_id: Id, wanted: Wanted, response: Response
) -> Accepted:
    """Queue posts exactly as they are now. `when: now` needs the right to publish."""
    made = queued(visit, draft_id, wanted)
    response.headers["Location"] = f"/api/v1/campaigns/{made.id}"
    return made


@router.post("/{draft_id}/unqueue")
def unqueue(visit: Annotated[Visit, may(Action.PLAN)], draft_id: Id) -> Reopened:
    """Take back what waits of it, and open the draft again."""
    return Reopened(cancelled=visit.store.drafts.unqueue(draft_id, visit.actor))


def queued(visit: Visit, draft_id: int, wanted: Wanted) -> Accepted:
    """Queue posts of a draft.

    Raises NotFound, AccessDenied; Refused for what does not fit or cannot go out then.
    """
    wanted.check(visit)
    draft = visit.store.drafts.get(draft_id)
    ids = draft.body.wishes.channels
    if wanted.channels is not None:
        ids = tuple(visit.store.channels.get(name).id for name in wanted.channels)
    chosen, now = chosen_of(visit, draft, ids), visit.store.now()
    orders = [wanted.order(one.channel, now) for one in chosen]
    sent = send(visit, draft, chosen, orders, needs_review=wanted.review)
    return accepted(sent.campaign_id, sent.deliveries)
