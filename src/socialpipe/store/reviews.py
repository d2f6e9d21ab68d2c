"""Approval: nothing in review can be claimed; who decided what is in the events."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.errors import Refused
from socialpipe.model import Delivery, Post, State
from socialpipe.store.database import Database
from socialpipe.store.deliveries import get_delivery
from socialpipe.store.job import COMMENT
from socialpipe.store.moves import changed_meanwhile, refuse_changed
from socialpipe.store.reading import to_full_post
from socialpipe.store.rows import fingerprint, from_post
from socialpipe.store.schema import delivery, post, step
from socialpipe.store.states import Change, move, note
from socialpipe.store.within import mine

_EDITABLE = (State.IN_REVIEW, State.APPROVED, State.SCHEDULED, State.CLAIMED, State.FAILED)


class Reviews:
    """Approves, returns and edits what has not gone out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def approve(self, delivery_id: int, actor: str) -> None:
        """Let it go out; at once if its time has passed.

        Raises Refused unless it is in review.
        """
        now = self._database.now()
        with self._database.write() as connection:
            found = _in_review(connection, delivery_id)
            approved = Change(now, actor, "approved", found.fence, {"approved": True})
            move(connection, delivery_id, State.IN_REVIEW, State.APPROVED, approved)
            at = max(now, found.wanted_at)
            values = {"wanted_at": at, "due_at": at, "reason": None}
            change = Change(now, actor, "scheduled", found.fence, values)
            move(connection, delivery_id, State.APPROVED, State.SCHEDULED, change)

    def send_back(self, delivery_id: int, actor: str, comment: str) -> None:
        """Keep it in review, with a comment.

        Raises Refused unless it is in review.
        """
        now = self._database.now()
        with self._database.write() as connection:
            found = _in_review(connection, delivery_id)
            text = f"returned: {comment}"
            change = Change(now, actor, text, found.fence, {"reason": text, "approved": False})
            move(connection, delivery_id, State.IN_REVIEW, State.IN_REVIEW, change)

    def post(self, delivery_id: int) -> Post:
        """Return what would be sent.

        Raises NotFound, or Refused when nothing is composed yet.
        """
        query = sa.select(post.c.body).join(delivery, delivery.c.post_id == post.c.id)
        with self._database.read() as connection:
            query = query.where(delivery.c.id == delivery_id, mine(connection, delivery))
            body = connection.execute(query).scalar_one_or_none()
            if body is None:
                get_delivery(connection, delivery_id)
                raise Refused(
                    f"Delivery {delivery_id} is not composed yet.",
                    "Start the pipeline: socialpipe up",
                )
            return to_full_post(connection, body)

    def replace(
        self,
        delivery_id: int,
        made: Post,
        actor: str,
        *,
        review_again: bool,
        fence: int | None = None,
    ) -> None:
        """Send `made` instead; an approved delivery returns to review if `review_again`.

        Raises Refused when it is too late, when a part of it is out, or when it carries another
        `fence` than the one that was read.
        """
        now = self._database.now()
        with self._database.write() as connection:
            found = get_delivery(connection, delivery_id)
            if found.state not in _EDITABLE or _may_be_seen(connection, found):
                raise Refused(
                    f"Delivery {delivery_id} is {found.state} and may have been sent: "
                    "it cannot be edited.",
                    f"See what happened: socialpipe delivery explain {delivery_id}",
                )
            refuse_changed(found, fence)
            again = found.approved and review_again
            _put(connection, found, made, approved=found.approved and not again)
            if again and found.state is not State.IN_REVIEW:
                change = Change(now, actor, "edited after approval")
                move(connection, delivery_id, found.state, State.IN_REVIEW, change)
            else:
                note(
                    connection, delivery_id, found.state, found.state, Change(now, actor, "edited")
                )


def _put(connection: sa.Connection, found: Delivery, made: Post, *, approved: bool) -> None:
    """Give a delivery another post, unless it has changed since it was read."""
    owners = {"campaign_id": found.campaign_id, "channel_id": found.channel_id}
    query = sa.insert(post).values(body=from_post(made), **owners).returning(post.c.id)
    post_id = connection.execute(query).scalar_one()
    changed = connection.execute(
        sa.update(delivery)
        .where(delivery.c.id == found.id, delivery.c.fence == found.fence)
        .values(
            post_id=post_id,
            fingerprint=fingerprint(made),
            fence=delivery.c.fence + 1,
            approved=approved,
            checked_at=None,
        )
    )
    if not changed.rowcount:
        raise changed_meanwhile(found.id)


def _may_be_seen(connection: sa.Connection, found: Delivery) -> bool:
    """Whether readers may see some of it: it was tried, unless every try provably made nothing."""
    if found.frozen_at is None or found.state is not State.FAILED:
        return found.frozen_at is not None
    seen = sa.or_(step.c.name.startswith("part "), step.c.name == COMMENT)
    query = sa.select(step.c.name).where(step.c.delivery_id == found.id, seen)
    return connection.execute(query.limit(1)).first() is not None


def _in_review(connection: sa.Connection, delivery_id: int) -> Delivery:
    found = get_delivery(connection, delivery_id)
    if found.state is not State.IN_REVIEW:
        raise Refused(f"Delivery {delivery_id} is {found.state}: it does not wait for approval.")
    return found
