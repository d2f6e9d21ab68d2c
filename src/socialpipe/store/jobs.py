"""A worker's hands on a delivery: begin, steps, outcome. Every write is guarded by the fence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from socialpipe.model import Delivery, Json, Receipt, State
from socialpipe.schedule.lateness import spoken
from socialpipe.schedule.topics import Topic
from socialpipe.store import gates
from socialpipe.store.database import Database
from socialpipe.store.gates import Rules
from socialpipe.store.job import Job, Step
from socialpipe.store.rows import (
    DELIVERIES,
    from_receipt,
    to_channel,
    to_delivery,
    to_post,
)
from socialpipe.store.schema import attempt, channel, delivery, media, post, step
from socialpipe.store.states import Change, move, note


class LeaseLostError(Exception):
    """Somebody else has the delivery now: stop, do not touch it."""


class Jobs:
    """What a worker does to the delivery table."""

    def __init__(self, database: Database, lease: timedelta, rules: Rules) -> None:
        self._database = database
        self._lease = lease
        self._rules = rules

    def due_at(self, delivery_id: int, fence: int) -> datetime | None:
        """Return when a claimed delivery is due; None: the message is stale."""
        with self._database.read() as connection:
            due: datetime | None = connection.execute(
                sa.select(delivery.c.due_at).where(
                    delivery.c.id == delivery_id,
                    delivery.c.fence == fence,
                    delivery.c.state == State.CLAIMED,
                )
            ).scalar_one_or_none()
            return due

    def begin(self, delivery_id: int, fence: int, actor: str) -> Job | None:
        """Commit the intent to publish; None: the message is stale, or something stops it."""
        now = self._database.now()
        with self._database.write() as connection:
            found = _load(connection, delivery_id)
            if found is None:
                return None
            if stop := gates.ask(connection, found, now, self._rules):
                values = {"reason": stop.reason, "lease_until": None, **stop.values}
                change = Change(now, actor, stop.reason, fence, values)
                move(connection, delivery_id, State.CLAIMED, stop.state, change)
                return None
            intent = Change(
                now,
                actor,
                f"attempt {found.attempt + 1} of {found.max_attempts}",
                fence,
                {
                    "attempt": delivery.c.attempt + 1,
                    "lease_until": now + self._lease,
                    "claimed_by": actor,
                    "frozen_at": sa.func.coalesce(delivery.c.frozen_at, delivery_time(now)),
                    "reason": None,
                },
            )
            if not move(connection, delivery_id, State.CLAIMED, State.PUBLISHING, intent):
                return None
            connection.execute(
                sa.insert(attempt).values(delivery_id=delivery_id, fence=fence, started_at=now)
            )
            job = load_job(connection, delivery_id, actor)
            gates.pace(connection, found, job.channel, now, self._rules)
            return job

    def sending(self, job: Job, name: str) -> Step:
        """Write down that the call `name` goes out now, before it does; renews the lease.

        Raises LeaseLostError when the delivery is somebody else's by now.
        """
        now = self._database.now()
        with self._database.write() as connection:
            held = connection.execute(
                sa.update(delivery)
                .where(
                    delivery.c.id == job.delivery.id,
                    delivery.c.fence == job.delivery.fence,
                    delivery.c.state == State.PUBLISHING,
                )
                .values(lease_until=now + self._lease)
            )
            if held.rowcount != 1:
                raise LeaseLostError
            job.steps[name] = _remember(connection, job.delivery.id, name, now)
        return job.steps[name]

    def sent(self, job: Job, name: str, result: Json) -> None:
        """Keep the answer of the call `name`: a fact, whoever holds the lease by now."""
        with self._database.write() as connection:
            connection.execute(
                sa.update(step)
                .where(step.c.delivery_id == job.delivery.id, step.c.name == name)
                .values(result=result)
            )
        job.steps[name] = replace(job.steps[name], result=result)

    def unsent(self, job: Job, name: str) -> None:
        """Forget the call `name`: it provably created nothing that anybody can see."""
        with self._database.write() as connection:
            connection.execute(
                sa.delete(step).where(
                    step.c.delivery_id == job.delivery.id,
                    step.c.name == name,
                )
            )
        job.steps.pop(name, None)

    def close(self, job: Job, after: State, text: str, *, outcome: str, **values: object) -> bool:
        """Leave `publishing` (or `uncertain`, in the keeper's hands) with an outcome.

        A success whose lease was lost meanwhile still counts: `uncertain` becomes `published`.
        """
        now = self._database.now()
        with self._database.write() as connection:
            _end_attempt(connection, job, now, outcome, text)
            kept = {"lease_until": None, "reason": text, **values}
            change = Change(now, job.actor, text, job.delivery.fence, kept)
            moved = move(connection, job.delivery.id, job.delivery.state, after, change)
            if after is not State.PUBLISHED:
                return moved
            if not moved:
                late = Change(now, job.actor, f"{text}, said late", None, kept)
                moved = move(connection, job.delivery.id, State.UNCERTAIN, after, late)
            if moved and now - job.delivery.wanted_at > self._rules.late_after:
                _tell_lateness(connection, job, now)
            return moved

    def published(
        self,
        job: Job,
        receipt: Receipt,
        text: str,
        reason: str | None = None,
        outcome: str = "Published",
    ) -> bool:
        """Close with the receipt; `reason`: what is nevertheless not as it should be."""
        return self.close(
            job,
            State.PUBLISHED,
            text,
            outcome=outcome,
            reason=reason,
            receipt=from_receipt(receipt),
            published_at=self._database.now(),
            look_at=None,
        )

    def remark(self, job: Job, text: str, topic: Topic) -> None:
        """Append an event that is worth knowing and changes nothing."""
        state = job.delivery.state
        with self._database.write() as connection:
            change = Change(self._database.now(), job.actor, text, topic=topic)
            note(connection, job.delivery.id, state, state, change)

    def published_bare(self, job: Job, why: str, *, outcome: str) -> bool:
        """Close a post that is out but lacks its first comment, with how to mend that."""
        receipt = job.receipt(0)
        if receipt is None:
            raise ValueError("the post is not out")
        where = receipt.url or receipt.id
        reason = (
            f"its first comment is not there: {why} "
            f"Write it by hand below {where}: {job.post.first_comment}"
        )
        return self.published(job, receipt, f"published, but {reason}", reason, outcome)


def _tell_lateness(connection: sa.Connection, job: Job, now: datetime) -> None:
    text = f"{spoken(now - job.delivery.wanted_at)} after its time"
    change = Change(now, job.actor, text, topic=Topic.LATE)
    note(connection, job.delivery.id, State.PUBLISHED, State.PUBLISHED, change)


def delivery_time(now: datetime) -> sa.BindParameter[datetime]:
    """Bind an instant with the column's type, inside an SQL function."""
    return sa.bindparam("frozen", now, type_=delivery.c.frozen_at.type, unique=True)


def _load(connection: sa.Connection, delivery_id: int) -> Delivery | None:
    row = connection.execute(DELIVERIES.where(delivery.c.id == delivery_id)).mappings()
    found = row.one_or_none()
    return None if found is None else to_delivery(found)


def _remember(connection: sa.Connection, delivery_id: int, name: str, now: datetime) -> Step:
    mine = (step.c.delivery_id == delivery_id, step.c.name == name)
    row = connection.execute(sa.select(step).where(*mine)).mappings().one_or_none()
    if row is not None:
        return Step(row["sent_at"], row["result"])
    connection.execute(sa.insert(step).values(delivery_id=delivery_id, name=name, sent_at=now))
    return Step(now, None)


def _end_attempt(
    connection: sa.Connection, job: Job, now: datetime, outcome: str, text: str
) -> None:
    connection.execute(
        sa.update(attempt)
        .where(attempt.c.delivery_id == job.delivery.id, attempt.c.ended_at.is_(None))
        .values(ended_at=now, outcome=outcome, detail=text)
    )


def load_job(connection: sa.Connection, delivery_id: int, actor: str) -> Job:
    """Read all that is needed to publish or to settle a delivery."""
    found = _load(connection, delivery_id)
    if found is None or found.frozen_at is None:
        raise LeaseLostError
    rows = connection.execute(sa.select(step).where(step.c.delivery_id == delivery_id)).mappings()
    owner = connection.execute(sa.select(channel).where(channel.c.id == found.channel_id))
    body = connection.execute(
        sa.select(post.c.body)
        .join(delivery, delivery.c.post_id == post.c.id)
        .where(delivery.c.id == delivery_id)
    ).scalar_one()

    def load(name: str) -> bytes:
        data: bytes = connection.execute(
            sa.select(media.c.data).where(media.c.sha256 == name)
        ).scalar_one()
        return data

    return Job(
        delivery=found,
        channel=to_channel(owner.mappings().one()),
        post=to_post(body, load),
        steps={row["name"]: Step(row["sent_at"], row["result"]) for row in rows},
        frozen_at=found.frozen_at,
        actor=actor,
    )
