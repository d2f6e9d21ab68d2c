"""A worker's hands on a delivery: begin, steps, outcome. Every write is guarded by the fence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from socialpipe.model import Json, Receipt, State
from socialpipe.schedule.lateness import spoken
from socialpipe.schedule.readings import next_reading
from socialpipe.schedule.topics import Topic
from socialpipe.store import gates, reading
from socialpipe.store.database import Database
from socialpipe.store.gates import Rules
from socialpipe.store.job import Job, Step
from socialpipe.store.reading import Found
from socialpipe.store.rows import from_receipt
from socialpipe.store.schema import attempt, delivery, step
from socialpipe.store.states import Change, move, note


class LeaseLostError(Exception):
    """Somebody else has the delivery now: stop, do not touch it."""


class Jobs:
    """What a worker does to the delivery table."""

    def __init__(self, database: Database, lease: timedelta, rules: Rules) -> None:
        self._database = database
        self._lease = lease
        self._rules = rules

    def due(self, work: Collection[tuple[int, int]]) -> list[tuple[datetime, int, int]]:
        """Return when claimed deliveries are due, with id and fence; leaves out stale ones."""
        with self._database.read() as connection:
            rows = connection.execute(_DUE, {"ids": [key for key, _ in work]})
            return [(row.due_at, row.id, row.fence) for row in rows if (row.id, row.fence) in work]

    def begin(self, delivery_id: int, fence: int, actor: str) -> Job | None:
        """Commit the intent to publish; None: the message is stale, or something stops it."""
        now = self._database.now()
        with self._database.write() as connection:
            found = reading.find(connection, delivery_id, lock=True)
            if found is None or found.delivery.fence != fence:
                return None
            if found.delivery.state is not State.CLAIMED:
                return None
            if stop := gates.ask(connection, found, now, self._rules):
                values = {"reason": stop.reason, "lease_until": None, **stop.values}
                change = Change(now, actor, stop.reason, fence, values)
                move(connection, delivery_id, State.CLAIMED, stop.state, change)
                return None
            return self._intend(connection, found, now, actor)

    def _intend(
        self, connection: sa.Connection, found: Found, now: datetime, actor: str
    ) -> Job | None:
        one = found.delivery
        values: dict[str, Any] = {
            "attempt": one.attempt + 1,
            "lease_until": now + self._lease,
            "frozen_at": one.frozen_at or now,
            "reason": None,
        }
        text = f"attempt {one.attempt + 1} of {one.max_attempts}"
        intent = Change(now, actor, text, one.fence, {**values, "claimed_by": actor})
        if not move(connection, one.id, State.CLAIMED, State.PUBLISHING, intent):
            return None
        connection.execute(_ATTEMPT, {"delivery_id": one.id, "fence": one.fence, "started_at": now})
        gates.pace(connection, found, now, self._rules)
        held = replace(one, state=State.PUBLISHING, **values)
        return _job(connection, replace(found, delivery=held), actor)

    def sending(self, job: Job, name: str) -> Step:
        """Write down that the call `name` goes out now, before it does; renews the lease.

        Raises LeaseLostError when the delivery is somebody else's by now.
        """
        now = self._database.now()
        mine = {"one": job.delivery.id, "held": job.delivery.fence}
        with self._database.write() as connection:
            held = connection.execute(_RENEW, {**mine, "until": now + self._lease})
            if held.rowcount != 1:
                raise LeaseLostError
            if name not in job.steps:
                row = {"delivery_id": job.delivery.id, "name": name, "sent_at": now}
                connection.execute(_STEP, row)
        return job.steps.setdefault(name, Step(now, None))

    def sent(self, job: Job, name: str, result: Json) -> None:
        """Keep the answer of the call `name`: a fact, whoever holds the lease by now.

        The answer of the last call is written together with the outcome, which follows at once.
        """
        job.steps[name] = replace(job.steps[name], result=result)
        job.unwritten.add(name)
        if name != job.calls[-1]:
            with self._database.write() as connection:
                _write_answers(connection, job)
            job.unwritten.clear()

    def unsent(self, job: Job, name: str) -> None:
        """Forget the call `name`: it provably created nothing that anybody can see."""
        if name not in job.steps:
            return
        with self._database.write() as connection:
            connection.execute(
                sa.delete(step).where(step.c.delivery_id == job.delivery.id, step.c.name == name)
            )
        job.steps.pop(name, None)

    def close(self, job: Job, after: State, text: str, *, outcome: str, **values: object) -> bool:
        """Leave `publishing` (or `uncertain`, in the keeper's hands) with an outcome.

        A success whose lease was lost meanwhile still counts: `uncertain` becomes `published`.
        """
        now = self._database.now()
        with self._database.write() as connection:
            _write_answers(connection, job)
            ended = {"ended": now, "how": outcome, "text": text}
            connection.execute(_ENDED, {"one": job.delivery.id, **ended})
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
        now = self._database.now()
        return self.close(
            job,
            State.PUBLISHED,
            text,
            outcome=outcome,
            reason=reason,
            receipt=from_receipt(receipt),
            published_at=now,
            read_at=next_reading(now, now),
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


def _write_answers(connection: sa.Connection, job: Job) -> None:
    """Write down what was answered since; a rolled back transaction leaves it to the next."""
    for name in job.unwritten:
        row = {"one": job.delivery.id, "call": name, "answer": job.steps[name].result}
        connection.execute(_ANSWER, row)


def load_job(connection: sa.Connection, delivery_id: int, actor: str) -> Job:
    """Read all that is needed to settle a delivery."""
    found = reading.find(connection, delivery_id)
    if found is None:
        raise LeaseLostError
    return _job(connection, found, actor)


def _job(connection: sa.Connection, found: Found, actor: str) -> Job:
    if found.delivery.frozen_at is None:
        raise LeaseLostError
    return Job(
        delivery=found.delivery,
        channel=found.channel,
        post=reading.to_full_post(connection, found.body),
        steps=reading.steps(connection, found.delivery.id),
        frozen_at=found.delivery.frozen_at,
        actor=actor,
    )


# Built once: building a statement costs more than running it.
_KEY: sa.BindParameter[int] = sa.bindparam("one")
_DUE = sa.select(delivery.c.due_at, delivery.c.id, delivery.c.fence).where(
    delivery.c.id.in_(sa.bindparam("ids", expanding=True)), delivery.c.state == State.CLAIMED
)
_ATTEMPT = sa.insert(attempt)
_ENDED = (
    sa.update(attempt)
    .where(attempt.c.delivery_id == _KEY, attempt.c.ended_at.is_(None))
    .values(
        ended_at=sa.bindparam("ended"), outcome=sa.bindparam("how"), detail=sa.bindparam("text")
    )
)
_RENEW = (
    sa.update(delivery)
    .where(
        delivery.c.id == _KEY,
        delivery.c.fence == sa.bindparam("held"),
        delivery.c.state == State.PUBLISHING,
    )
    .values(lease_until=sa.bindparam("until"))
)
_STEP = sa.insert(step)
_ANSWER = (
    sa.update(step)
    .where(step.c.delivery_id == _KEY, step.c.name == sa.bindparam("call"))
    .values(result=sa.bindparam("answer"))
)
