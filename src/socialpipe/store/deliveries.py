"""What operators see of deliveries, and their verbs: retry, cancel, confirm, move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from socialpipe.errors import NotFound, Refused
from socialpipe.model import Attempt, Delivery, Event, Json, Receipt, State
from socialpipe.schedule.readings import next_reading
from socialpipe.store.database import Database
from socialpipe.store.job import part_name
from socialpipe.store.places import MOVABLE
from socialpipe.store.rows import DELIVERIES, from_receipt, to_attempt, to_delivery, to_event
from socialpipe.store.schema import attempt, channel, delivery, event, post, step
from socialpipe.store.states import Change, move, move_all
from socialpipe.store.within import mine

_CANCELLABLE = (
    State.DRAFT,
    State.IN_REVIEW,
    State.APPROVED,
    State.SCHEDULED,
    State.CLAIMED,
    State.FAILED,
    State.MISSED,
)

# What a person may know to be live, though we do not: nobody is sending it this moment.
_ADOPTABLE = (
    State.UNCERTAIN,
    State.IN_REVIEW,
    State.APPROVED,
    State.SCHEDULED,
    State.FAILED,
    State.MISSED,
)


class Deliveries:
    """Reads deliveries and carries out an operator's decisions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(
        self,
        *,
        states: Sequence[State] = (),
        channel_name: str | None = None,
        campaign_id: int | None = None,
        limit: int = 1000,
    ) -> list[Delivery]:
        """Return deliveries by due time, filtered."""
        query = DELIVERIES.order_by(delivery.c.wanted_at, delivery.c.id).limit(limit)
        if states:
            query = query.where(delivery.c.state.in_(states))
        if channel_name is not None:
            query = query.where(channel.c.name == channel_name)
        if campaign_id is not None:
            query = query.where(delivery.c.campaign_id == campaign_id)
        with self._database.read() as connection:
            query = query.where(mine(connection, channel))
            return [to_delivery(row) for row in connection.execute(query).mappings()]

    def get(self, delivery_id: int) -> Delivery:
        """Find one.

        Raises NotFound.
        """
        with self._database.read() as connection:
            return get_delivery(connection, delivery_id)

    def events(self, delivery_id: int) -> list[Event]:
        """Return its timeline, oldest first."""
        query = sa.select(event).where(event.c.delivery_id == delivery_id).order_by(event.c.id)
        with self._database.read() as connection:
            query = query.where(mine(connection, event))
            return [to_event(row) for row in connection.execute(query).mappings()]

    def attempts(self, delivery_id: int) -> list[Attempt]:
        """Return its tries, oldest first."""
        query = sa.select(attempt).where(attempt.c.delivery_id == delivery_id)
        with self._database.read() as connection:
            query = query.where(mine(connection, attempt))
            rows = connection.execute(query.order_by(attempt.c.id)).mappings().all()
        return [to_attempt(n, row) for n, row in enumerate(rows, start=1)]

    def texts(self, delivery_id: int) -> list[str]:
        """Return the text of each part; empty while nothing is composed."""
        query = sa.select(post.c.body).join(delivery, delivery.c.post_id == post.c.id)
        with self._database.read() as connection:
            body = connection.execute(
                query.where(delivery.c.id == delivery_id, mine(connection, delivery))
            ).scalar_one_or_none()
        return [] if body is None else [part[0] for part in body["parts"]]

    def counts(self) -> dict[State, int]:
        """Count deliveries by state."""
        query = sa.select(delivery.c.state, sa.func.count()).group_by(delivery.c.state)
        with self._database.read() as connection:
            query = query.where(mine(connection, delivery))
            return {State(state): count for state, count in connection.execute(query)}

    def retry(self, delivery_id: int, actor: str = "operator") -> None:
        """Try again now.

        Raises Refused for one that may be out: a person must look first.
        """
        now = self._database.now()
        with self._database.write() as connection:
            found = get_delivery(connection, delivery_id)
            if found.state is State.UNCERTAIN:
                raise Refused(
                    f"Delivery {delivery_id} may be out already: a retry could publish it twice.",
                    f"Look at the channel, then: socialpipe delivery confirm {delivery_id} "
                    "--published URL, or --absent",
                )
            if found.state not in {State.FAILED, State.MISSED, State.SCHEDULED}:
                raise Refused(
                    f"Delivery {delivery_id} is {found.state}: there is nothing to retry."
                )
            if found.state is not State.SCHEDULED and not _has_post(connection, delivery_id):
                raise Refused(
                    f"Delivery {delivery_id} was never composed: {found.reason}.",
                    "Queue the article again: socialpipe queue add …",
                )
            values = {"due_at": now, "wanted_at": now, "attempt": 0, "fence": delivery.c.fence + 1}
            change = Change(now, actor, "retry asked for", found.fence, values)
            _moved(move(connection, delivery_id, found.state, State.SCHEDULED, change), found)

    def cancel(self, delivery_id: int, actor: str = "operator") -> None:
        """Take it back.

        Raises Refused when it is out, or may be.
        """
        now = self._database.now()
        with self._database.write() as connection:
            found = get_delivery(connection, delivery_id)
            if found.state not in _CANCELLABLE:
                raise Refused(
                    f"Delivery {delivery_id} is {found.state}: it is too late to cancel it.",
                    f"See what happened: socialpipe delivery explain {delivery_id}",
                )
            values = {"fence": delivery.c.fence + 1, "lease_until": None}
            change = Change(now, actor, "cancelled", found.fence, values)
            _moved(move(connection, delivery_id, found.state, State.CANCELLED, change), found)

    def confirm_published(self, delivery_id: int, url: str, actor: str = "operator") -> None:
        """Settle an uncertain delivery: a person saw it. Or adopt a post that is live already.

        Raises Refused when it is in a worker's hands, or settled.
        """
        now = self._database.now()
        with self._database.write() as connection:
            found = get_delivery(connection, delivery_id)
            if found.state not in _ADOPTABLE:
                raise Refused(
                    f"Delivery {delivery_id} is {found.state}: there is nothing to confirm.",
                    f"See what happened: socialpipe delivery explain {delivery_id}",
                )
            known = _answer(connection, delivery_id, part_name(0))
            values = {
                "receipt": known or from_receipt(Receipt(id=url, url=url)),
                "published_at": now,
                "read_at": next_reading(now, now),
                "look_at": None,
                "reason": None,
                "fence": delivery.c.fence + 1,
            }
            change = Change(now, actor, f"a person saw it: {url}", found.fence, values)
            _moved(move(connection, delivery_id, found.state, State.PUBLISHED, change), found)

    def confirm_absent(self, delivery_id: int, actor: str = "operator") -> None:
        """Settle an uncertain delivery: a person looked and it is not there; it is tried again.

        Raises Refused unless it is uncertain.
        """
        now = self._database.now()
        with self._database.write() as connection:
            found = _uncertain(connection, delivery_id)
            connection.execute(
                sa.delete(step).where(step.c.delivery_id == delivery_id, step.c.result.is_(None))
            )
            values = {
                "due_at": now,
                "wanted_at": now,
                "attempt": 0,
                "look_at": None,
                "reason": None,
                "fence": delivery.c.fence + 1,
            }
            text = "a person looked: it is not there"
            change = Change(now, actor, text, found.fence, values)
            _moved(move(connection, delivery_id, State.UNCERTAIN, State.SCHEDULED, change), found)


def get_delivery(connection: sa.Connection, delivery_id: int) -> Delivery:
    """Find one.

    Raises NotFound.
    """
    query = DELIVERIES.where(delivery.c.id == delivery_id, mine(connection, channel))
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        raise NotFound(
            f"There is no delivery {delivery_id}.", "List them: socialpipe delivery list"
        )
    return to_delivery(found)


def cancel_unsent(connection: sa.Connection, delivery_id: int, change: Change) -> bool:
    """Cancel a delivery of which nothing went out; False: it is over, or too late."""
    found = get_delivery(connection, delivery_id)
    if found.state not in _CANCELLABLE or found.frozen_at is not None:
        return False
    values = {"fence": delivery.c.fence + 1, "lease_until": None}
    guarded = replace(change, fence=found.fence, values=values)
    return move(connection, delivery_id, found.state, State.CANCELLED, guarded)


def cancel_waiting(connection: sa.Connection, which: sa.ColumnElement[bool], change: Change) -> int:
    """Cancel those of the deliveries that wait and have not begun; return how many."""
    values = {"fence": delivery.c.fence + 1}
    query = sa.select(delivery.c.id).where(which, delivery.c.frozen_at.is_(None))
    cancelled = 0
    for state in MOVABLE:
        ids = connection.scalars(query.where(delivery.c.state == state)).all()
        done = replace(change, values=values)
        cancelled += len(move_all(connection, ids, state, State.CANCELLED, done))
    return cancelled


def _uncertain(connection: sa.Connection, delivery_id: int) -> Delivery:
    found = get_delivery(connection, delivery_id)
    if found.state is not State.UNCERTAIN:
        raise Refused(
            f"Delivery {delivery_id} is {found.state}: only an uncertain one needs to be confirmed."
        )
    return found


def _answer(connection: sa.Connection, delivery_id: int, name: str) -> Json | None:
    query = sa.select(step.c.result).where(step.c.delivery_id == delivery_id, step.c.name == name)
    answer: Json | None = connection.execute(query).scalar_one_or_none()
    return answer


def _has_post(connection: sa.Connection, delivery_id: int) -> bool:
    query = sa.select(delivery.c.post_id).where(delivery.c.id == delivery_id)
    return connection.execute(query).scalar_one() is not None


def _moved(done: bool, found: Delivery) -> None:  # noqa: FBT001
    if not done:
        raise Refused(
            f"Delivery {found.id} changed at this very moment.",
            f"See what happened: socialpipe delivery show {found.id}",
        )
