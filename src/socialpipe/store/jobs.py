"""A worker's hands on a delivery: begin, steps, outcome. Every write is guarded by the fence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from socialpipe.model import Json, Receipt, State
from socialpipe.schedule.topics import Topic
from socialpipe.store import reading
from socialpipe.store.database import Database
from socialpipe.store.gates import Rules
from socialpipe.store.intents import Terms, intend
from socialpipe.store.job import Job, Step
from socialpipe.store.outcomes import (
    Publication,
    close_together,
    end_attempts,
    published,
    tell_lateness,
    write_answers,
)
from socialpipe.store.schema import delivery, step
from socialpipe.store.states import Change, move, note
from socialpipe.store.switches import held_channels

_SOON = timedelta(seconds=1)  # a call that was announced is made in far less


class LeaseLostError(Exception):
    """Somebody else has the delivery now: stop, do not touch it."""


class HeldError(Exception):
    """Nothing may go out on this channel now: give the delivery back. `why`, as people read it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class _SomeLostError(Exception):
    """Not every delivery was still ours."""


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
        return next(iter(self.begin_all([(delivery_id, fence)], actor)), None)

    def begin_all(self, work: Collection[tuple[int, int]], actor: str) -> list[Job]:
        """Commit the intents to publish; leaves out what is stale, and what something stops.

        What is due in a moment may be begun now: it is judged as of its time.
        """
        terms = Terms(actor, self._database.now(), self._lease, self._rules)
        with self._database.write() as connection:
            return intend(connection, work, terms)

    def announce(self, jobs: Sequence[Job], calls: Mapping[int, str]) -> dict[int, str]:
        """Write down calls of several jobs at once, by delivery, each as `sending` does.

        Returns of which channels nothing may go out any more, and why: their calls are left out.
        If a job has lost its lease nothing is written, and `sending` tells which.
        """
        now = self._database.now()
        try:
            with self._database.write() as connection:
                held = held_channels(connection, sorted({job.channel.id for job in jobs}))
                free = [job for job in jobs if job.channel.id not in held]
                announced = [job for job in free if job.delivery.id in calls]
                if announced:
                    self._renew(connection, now, *announced)
                    connection.execute(_STEP, [_row(job, calls, now) for job in announced])
        except LeaseLostError:
            return held
        for job in announced:
            job.steps[calls[job.delivery.id]] = Step(now, None)
            job.announced.add(calls[job.delivery.id])
        return held

    def renew(self, jobs: Sequence[Job]) -> None:
        """Keep the leases of those that wait for their call, where they are still ours."""
        until = self._database.now() + self._lease
        with self._database.write() as connection:
            connection.execute(_RENEW, [{**_mine(job), "until": until} for job in jobs])

    def still_mine(self, job: Job) -> None:
        """Renew the lease of one whose call had to wait, just before it is made.

        Raises LeaseLostError when the delivery is somebody else's by now.
        """
        with self._database.write() as connection:
            self._renew(connection, self._database.now(), job)

    def still_may(self, job: Job) -> None:
        """Do the same for a first call.

        Raises LeaseLostError, too, and HeldError when a freeze or a pause came meanwhile.
        """
        with self._database.write() as connection:
            self._renew(connection, self._database.now(), job)
            held = held_channels(connection, [job.channel.id])
        if why := held.get(job.channel.id):
            raise HeldError(why)

    def sending(self, job: Job, name: str) -> Step:
        """Write down that the call `name` goes out now, before it does; renews the lease.

        Raises LeaseLostError when the delivery is somebody else's by now.
        """
        now = self._database.now()
        if name in job.announced:
            job.announced.remove(name)
            if now - job.steps[name].sent_at < _SOON:
                return job.steps[name]
        with self._database.write() as connection:
            self._renew(connection, now, job)
            if name not in job.steps:
                row = {"delivery_id": job.delivery.id, "name": name, "sent_at": now}
                connection.execute(_STEP, row)
        return job.steps.setdefault(name, Step(now, None))

    def _renew(self, connection: sa.Connection, now: datetime, *jobs: Job) -> None:
        until = now + self._lease
        held = connection.execute(_RENEW, [{**_mine(job), "until": until} for job in jobs])
        if held.rowcount != len(jobs):
            raise LeaseLostError

    def sent(self, job: Job, name: str, result: Json) -> None:
        """Keep the answer of the call `name`: a fact, whoever holds the lease by now.

        The answer of the last call is written together with the outcome, which follows at once.
        """
        job.steps[name] = replace(job.steps[name], result=result)
        job.unwritten.add(name)
        if name != job.calls[-1]:
            with self._database.write() as connection:
                write_answers(connection, job)
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
            write_answers(connection, job)
            end_attempts(connection, now, [(job, outcome, text)])
            kept = {"lease_until": None, "reason": text, **values}
            change = Change(now, job.actor, text, job.delivery.fence, kept)
            moved = move(connection, job.delivery.id, job.delivery.state, after, change)
            if after is not State.PUBLISHED:
                return moved
            if not moved:
                late = Change(now, job.actor, f"{text}, said late", None, kept)
                moved = move(connection, job.delivery.id, State.UNCERTAIN, after, late)
            if moved:
                tell_lateness(connection, job, now, self._rules.late_after)
            return moved

    def publish_all(self, posts: Sequence[tuple[Job, Receipt, timedelta]]) -> None:
        """Close several with their receipts, which came so long ago: together, if that can be."""
        now = self._database.now()
        together = [Publication(job, receipt, now - ago) for job, receipt, ago in posts]
        if not self._closed_together(together, now):
            for one in together:
                self.published(one.job, one.receipt, one.text, at=one.at)

    def _closed_together(self, posts: Sequence[Publication], now: datetime) -> bool:
        late_after = self._rules.late_after
        with suppress(_SomeLostError), self._database.write() as connection:
            if not close_together(connection, posts, now, late_after):
                raise _SomeLostError
            return True
        return False

    def published(
        self,
        job: Job,
        receipt: Receipt,
        text: str,
        reason: str | None = None,
        outcome: str = "Published",
        *,
        at: datetime | None = None,
    ) -> bool:
        """Close with the receipt; `reason`: what is nevertheless not as it should be."""
        columns = published(receipt, at or self._database.now())
        return self.close(job, State.PUBLISHED, text, outcome=outcome, reason=reason, **columns)

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


def load_job(connection: sa.Connection, delivery_id: int, actor: str) -> Job:
    """Read all that is needed to settle a delivery."""
    found = reading.find(connection, delivery_id)
    if found is None:
        raise LeaseLostError
    if found.delivery.frozen_at is None:
        raise LeaseLostError
    known = reading.steps(connection, delivery_id)
    return reading.to_job(connection, found, found.delivery.frozen_at, actor, known)


def _row(job: Job, calls: Mapping[int, str], now: datetime) -> dict[str, object]:
    key = job.delivery.id
    return {"delivery_id": key, "name": calls[key], "sent_at": now}


def _mine(job: Job) -> dict[str, int]:
    return {"one": job.delivery.id, "held": job.delivery.fence}


# Built once: building a statement costs more than running it.
_KEY: sa.BindParameter[int] = sa.bindparam("one")
_DUE = sa.select(delivery.c.due_at, delivery.c.id, delivery.c.fence).where(
    delivery.c.id.in_(sa.bindparam("ids", expanding=True)), delivery.c.state == State.CLAIMED
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
