"""What came of calls: answers, ended attempts, publications. Several at a time where they can."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from socialpipe.model import Receipt, State
from socialpipe.schedule.lateness import spoken
from socialpipe.schedule.readings import next_reading
from socialpipe.schedule.topics import Topic
from socialpipe.store.job import Job
from socialpipe.store.rows import from_receipt
from socialpipe.store.schema import attempt, step
from socialpipe.store.states import Change, move_each, note


class Publication(NamedTuple):
    """A post that is out: when its network said so."""

    job: Job
    receipt: Receipt
    at: datetime

    @property
    def text(self) -> str:
        """Say it for the timeline."""
        return f"published: {self.receipt.url or self.receipt.id}"


def published(receipt: Receipt, at: datetime) -> dict[str, Any]:
    """Return the columns of what is out."""
    return {
        "receipt": from_receipt(receipt),
        "published_at": at,
        "read_at": next_reading(at, at),
        "look_at": None,
    }


def close_together(
    connection: sa.Connection, posts: Sequence[Publication], now: datetime, late_after: timedelta
) -> bool:
    """Close those that are out; False: not all were still in their worker's hands, undo it."""
    write_answers(connection, *(post.job for post in posts))
    end_attempts(connection, now, [(post.job, "Published", post.text) for post in posts])
    changes = {
        post.job.delivery.id: Change(
            now,
            post.job.actor,
            post.text,
            post.job.delivery.fence,
            {"lease_until": None, "reason": None, **published(post.receipt, post.at)},
        )
        for post in posts
    }
    if not move_each(connection, changes, State.PUBLISHING, State.PUBLISHED):
        return False
    for post in posts:
        tell_lateness(connection, post.job, post.at, late_after)
    return True


def write_answers(connection: sa.Connection, *jobs: Job) -> None:
    """Write down what was answered since; a rolled back transaction leaves it to the next."""
    rows = [
        {"one": job.delivery.id, "call": name, "answer": job.steps[name].result}
        for job in jobs
        for name in job.unwritten
    ]
    if rows:
        connection.execute(_ANSWER, rows)


def end_attempts(
    connection: sa.Connection, now: datetime, ended: Sequence[tuple[Job, str, str]]
) -> None:
    """Write down how attempts ended, and in which words."""
    rows = [
        {"one": job.delivery.id, "ended": now, "how": how, "text": text} for job, how, text in ended
    ]
    connection.execute(_ENDED, rows)


def tell_lateness(connection: sa.Connection, job: Job, at: datetime, late_after: timedelta) -> None:
    """Tell it where a post went out long after it was wanted."""
    late = at - job.delivery.wanted_at
    if late > late_after:
        change = Change(at, job.actor, f"{spoken(late)} after its time", topic=Topic.LATE)
        note(connection, job.delivery.id, State.PUBLISHED, State.PUBLISHED, change)


# Built once: building a statement costs more than running it.
_KEY: sa.BindParameter[int] = sa.bindparam("one")
_ENDED = (
    sa.update(attempt)
    .where(attempt.c.delivery_id == _KEY, attempt.c.ended_at.is_(None))
    .values(
        ended_at=sa.bindparam("ended"), outcome=sa.bindparam("how"), detail=sa.bindparam("text")
    )
)
_ANSWER = (
    sa.update(step)
    .where(step.c.delivery_id == _KEY, step.c.name == sa.bindparam("call"))
    .values(result=sa.bindparam("answer"))
)
