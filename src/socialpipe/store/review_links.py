"""Links for clients without an account: one campaign each, expiring, revocable."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from socialpipe.errors import NotFound
from socialpipe.model.people import ReviewLink, Workspace
from socialpipe.store.database import Database
from socialpipe.store.schema import campaign, review_link, workspace
from socialpipe.store.tokens import hashed, new_token
from socialpipe.store.within import mine

_LINKS = (
    sa.select(review_link, workspace.c.id.label("workspace_id"), workspace.c.name.label("place"))
    .join(campaign, review_link.c.campaign_id == campaign.c.id)
    .join(workspace, campaign.c.workspace_id == workspace.c.id)
)


class ReviewLinks:
    """Makes, knows and revokes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, campaign_id: int, name: str, *, may_approve: bool, life: timedelta) -> str:
        """Make a link for somebody and return its token, which is kept nowhere.

        Raises NotFound for a campaign of somebody else.
        """
        token, now = new_token(), self._database.now()
        with self._database.write() as connection:
            known = sa.select(campaign.c.id).where(
                campaign.c.id == campaign_id, mine(connection, campaign)
            )
            if connection.execute(known).first() is None:
                raise NotFound(f"There is no campaign {campaign_id}.")
            row = {
                "token": hashed(token),
                "campaign_id": campaign_id,
                "name": name.strip() or "client",
                "may_approve": may_approve,
                "created_at": now,
                "expires_at": now + life,
            }
            connection.execute(sa.insert(review_link).values(row))
        return token

    def known(self, token: str) -> ReviewLink | None:
        """Return what a token opens; None: nothing, or nothing any more."""
        query = _LINKS.where(
            review_link.c.token == hashed(token),
            review_link.c.revoked_at.is_(None),
            review_link.c.expires_at > self._database.now(),
        )
        with self._database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else _to_link(row)

    def of(self, campaign_id: int) -> list[ReviewLink]:
        """Return the links of a campaign, the newest first."""
        with self._database.read() as connection:
            query = _LINKS.where(review_link.c.campaign_id == campaign_id)
            query = query.where(mine(connection, campaign)).order_by(review_link.c.id.desc())
            return [_to_link(row) for row in connection.execute(query).mappings()]

    def revoke(self, link_id: int) -> None:
        """Make a link worthless.

        Raises NotFound.
        """
        now = self._database.now()
        with self._database.write() as connection:
            which = (review_link.c.id == link_id, mine(connection, review_link))
            query = sa.update(review_link).where(*which).values(revoked_at=now)
            if not connection.execute(query).rowcount:
                raise NotFound(f"There is no review link {link_id}.")


def _to_link(row: sa.RowMapping) -> ReviewLink:
    same = ("id", "name", "campaign_id", "may_approve", "expires_at", "revoked_at")
    place = Workspace(row["workspace_id"], row["place"])
    return ReviewLink(**{name: row[name] for name in same}, workspace=place)
