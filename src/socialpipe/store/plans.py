"""Plans: what a file declared before, and the deliveries that came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from socialpipe.model import Article, Json, State
from socialpipe.schedule.moment import Moment
from socialpipe.store.database import Database
from socialpipe.store.deliveries import cancel_unsent
from socialpipe.store.intake import Order, Terms, enqueue
from socialpipe.store.moves import give
from socialpipe.store.schema import channel, delivery, plan_line
from socialpipe.store.states import Change
from socialpipe.store.within import mine, owner


@dataclass(frozen=True, slots=True)
class Line:
    """One post on one channel, as a plan declares it. `content` is a hash, `time` as written."""

    name: str
    channel: str
    content: str
    time: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A line as it was applied, and where its delivery stands."""

    line: Line
    delivery_id: int
    state: State
    begun: bool  # a worker had it: some of it may be out


class Plans:
    """Keeps what was applied, in one transaction with what is done for it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def kept(self, plan: str) -> list[Kept]:
        """Return what of a plan was applied so far."""
        query = (
            sa.select(
                plan_line, channel.c.name.label("channel"), delivery.c.state, delivery.c.frozen_at
            )
            .join(channel, plan_line.c.channel_id == channel.c.id)
            .join(delivery, plan_line.c.delivery_id == delivery.c.id)
            .where(plan_line.c.plan == plan)
            .order_by(plan_line.c.id)
        )
        with self._database.read() as connection:
            rows = connection.execute(query.where(mine(connection, plan_line))).all()
        return [
            Kept(
                line=Line(row.name, row.channel, row.content, row.time),
                delivery_id=row.delivery_id,
                state=State(row.state),
                begun=row.frozen_at is not None,
            )
            for row in rows
        ]

    def queue(
        self,
        plan: str,
        lines: Sequence[Line],
        article: Article,
        orders: Sequence[Order],
        *,
        options: Json,
        terms: Terms,
        actor: str,
    ) -> list[int]:
        """Queue one campaign for `lines`, each on its order's channel; return the deliveries.

        What the lines were before is cancelled. Raises as `intake.enqueue` does.
        """
        change = Change(self._database.now(), actor, f"queued by plan {plan}")
        with self._database.write() as connection:
            for line, order in zip(lines, orders, strict=True):
                self._forget(connection, plan, line.name, order.channel.id, change)
            _, ids = enqueue(
                connection, article, orders, options=options, terms=terms, change=change
            )
            rows = [
                {
                    "workspace_id": owner(connection),
                    "plan": plan,
                    "name": line.name,
                    "channel_id": order.channel.id,
                    "content": line.content,
                    "time": line.time,
                    "delivery_id": key,
                }
                for line, order, key in zip(lines, orders, ids, strict=True)
            ]
            connection.execute(sa.insert(plan_line), rows)
        return ids

    def move(self, plan: str, kept: Kept, line: Line, moment: Moment, actor: str) -> None:
        """Give a waiting delivery the time that its line says now.

        Raises Refused when it no longer waits, is under embargo then, or expired.
        """
        change = Change(self._database.now(), actor, f"moved by plan {plan}")
        with self._database.write() as connection:
            give(connection, kept.delivery_id, moment, change)
            this = (plan_line.c.delivery_id == kept.delivery_id, plan_line.c.plan == plan)
            connection.execute(sa.update(plan_line).where(*this).values(time=line.time))

    def drop(self, plan: str, kept: Kept, actor: str) -> None:
        """Cancel what waits of a line that the plan has no more."""
        change = Change(self._database.now(), actor, f"no longer in plan {plan}")
        with self._database.write() as connection:
            cancel_unsent(connection, kept.delivery_id, change)
            this = (plan_line.c.delivery_id == kept.delivery_id, plan_line.c.plan == plan)
            connection.execute(sa.delete(plan_line).where(*this))

    @staticmethod
    def _forget(
        connection: sa.Connection, plan: str, name: str, channel_id: int, change: Change
    ) -> None:
        """Take back what this line was before; what is out already stays out."""
        this = (
            plan_line.c.plan == plan,
            plan_line.c.name == name,
            plan_line.c.channel_id == channel_id,  # which is of one workspace
        )
        before = sa.select(plan_line.c.delivery_id).where(*this)
        key = connection.execute(before).scalar_one_or_none()
        if key is not None:
            changed = Change(change.at, change.actor, "replaced: its plan has changed")
            cancel_unsent(connection, key, changed)
            connection.execute(sa.delete(plan_line).where(*this))
