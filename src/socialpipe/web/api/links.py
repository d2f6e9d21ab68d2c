"""Review links: a campaign for a client who has no account."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from socialpipe.web import sharing
from socialpipe.web.api.kinds import Id, Key, Strict, Text
from socialpipe.web.api.route import router as new_router
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.sharing import MOST_DAYS, Share
from socialpipe.web.visit import Visit

router = new_router("review-links")


class NewLink(Strict):
    """For whom, of what, for how long."""

    campaign: Key = Field(description="Its id.")
    name: Text = Field(min_length=1, max_length=80, description="For whom.")
    days: int = Field(7, ge=1, le=MOST_DAYS)
    may_approve: bool = Field(False, description="Not only comment.")


class Link(BaseModel):
    """A link, without its address."""

    id: int
    campaign_id: int
    name: str
    may_approve: bool
    expires_at: datetime
    revoked_at: datetime | None


class Made(BaseModel):
    """A new link."""

    link: str = Field(description="Shown this once.")


@router.post("", status_code=201)
def make(visit: Annotated[Visit, may(Action.SHARE_REVIEW)], wanted: NewLink) -> Made:
    """Make a link for a client."""
    share = Share(wanted.campaign, wanted.name, wanted.days, wanted.may_approve)
    return Made(link=sharing.share(visit, share))


@router.get("", response_model=list[Link])
def index(visit: Annotated[Visit, may(Action.SHARE_REVIEW)], campaign: Key) -> object:
    """List the links of a campaign, the newest first."""
    visit.store.library.get(campaign)
    return visit.store.review_links.of(campaign)


@router.delete("/{link_id}", status_code=204)
def revoke(visit: Annotated[Visit, may(Action.SHARE_REVIEW)], link_id: Id) -> None:
    """Make a link worthless."""
    sharing.revoke(visit, link_id)
