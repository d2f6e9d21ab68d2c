"""Review links: a campaign shown to a client who has no account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from socialpipe.web.visit import Visit

MOST_DAYS = 90  # that a link can live


@dataclass(frozen=True, slots=True)
class Share:
    """Of what, for whom, for how long, and whether they may approve."""

    campaign_id: int
    name: str
    days: int
    may_approve: bool


def share(visit: Visit, wanted: Share) -> str:
    """Make a link and return it; it is shown this once.

    Raises NotFound.
    """
    token = visit.store.review_links.add(
        wanted.campaign_id,
        wanted.name,
        may_approve=wanted.may_approve,
        life=timedelta(days=wanted.days),
    )
    visit.audit("review.share", str(wanted.campaign_id), wanted.name)
    return f"{visit.base_url}/r/{token}"


def revoke(visit: Visit, link_id: int) -> None:
    """Make a link worthless.

    Raises NotFound.
    """
    visit.store.review_links.revoke(link_id)
    visit.audit("review.revoke", str(link_id))
