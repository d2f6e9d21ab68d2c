"""What came of a delivery's calls, and which state follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from socialpipe.engine import Engine, connect
from socialpipe.errors import NotSent, PlatformError, Rejected, Throttled, Unauthorized
from socialpipe.model import Receipt, Recovery, State
from socialpipe.platforms.base import Platform
from socialpipe.schedule.retry import Backoff, after_throttle
from socialpipe.store.job import COMMENT, Job

Outcome = Receipt | PlatformError | None  # None: somebody else has the delivery now


class Ended(NamedTuple):
    """A delivery that was called for, and what came of it so many seconds ago."""

    job: Job
    outcome: Outcome
    ago: float = 0.0


def write_down(engine: Engine, ended: Sequence[Ended]) -> None:
    """Turn what came of calls into the deliveries' next states."""
    known = [(one.job.channel, one.outcome) for one in ended]
    if engine.traffic is not None:
        engine.traffic.heard(
            [(channel, _error(outcome)) for channel, outcome in known if outcome is not None]
        )
    out = [
        (job, outcome, timedelta(seconds=ago))
        for job, outcome, ago in ended
        if isinstance(outcome, Receipt)
    ]
    if out:
        engine.store.jobs.publish_all(out)
    for job, outcome, _ in ended:
        if isinstance(outcome, PlatformError):
            write_one_down(engine, job, outcome)


def _error(outcome: Outcome) -> PlatformError | None:
    return outcome if isinstance(outcome, PlatformError) else None


def write_one_down(engine: Engine, job: Job, outcome: PlatformError) -> None:
    """Turn an outcome into the delivery's next state."""
    match outcome:
        case Throttled():
            wait = after_throttle(outcome.seconds, engine.chance())
            _again(engine, job, outcome, wait, costs_attempt=False)
        case Unauthorized():
            engine.store.channels.refused(job.channel.id, str(outcome), engine.actor)
            _again(engine, job, outcome, timedelta(0), costs_attempt=False)
        case NotSent():
            _retry(engine, job, outcome)
        case Rejected():
            _give_up(engine, job, outcome)
        case _:
            _unsure(engine, job, outcome)


def _retry(engine: Engine, job: Job, outcome: PlatformError) -> None:
    tried = job.delivery.attempt
    if tried >= job.delivery.max_attempts:
        _give_up(engine, job, outcome)
        return
    backoff = Backoff(engine.settings.retry_base, engine.settings.retry_cap)
    _again(engine, job, outcome, backoff.wait(tried, engine.chance()), costs_attempt=True)


def _give_up(engine: Engine, job: Job, outcome: PlatformError) -> None:
    """Fail; a post that only lacks its comment stays published, and says so."""
    if job.whole:
        engine.store.jobs.published_bare(job, str(outcome), outcome=type(outcome).__name__)
    else:
        _close(engine, job, State.FAILED, outcome)


def _again(
    engine: Engine, job: Job, outcome: PlatformError, wait: timedelta, *, costs_attempt: bool
) -> None:
    attempt = job.delivery.attempt - (0 if costs_attempt else 1)
    due = engine.store.now() + wait
    _close(engine, job, State.SCHEDULED, outcome, due_at=due, attempt=attempt)


def _unsure(engine: Engine, job: Job, outcome: PlatformError) -> None:
    recovery = recovery_of(connect(engine, job.channel), job)
    delay = timedelta(seconds=engine.settings.settle_delay)
    look_at = engine.store.now() + delay if recovery.can_tell else None
    _close(engine, job, State.UNCERTAIN, outcome, look_at=look_at, misses=0)


def recovery_of(platform: Platform, job: Job) -> Recovery:
    """Return what the network offers to learn of the call whose outcome is unknown."""
    return platform.recovery.of_comment() if job.unknown == COMMENT else platform.recovery


def _close(
    engine: Engine, job: Job, after: State, outcome: PlatformError, **values: object
) -> None:
    text = f"{outcome}{_partly(job)}"
    engine.store.jobs.close(job, after, text, outcome=type(outcome).__name__, **values)


def _partly(job: Job) -> str:
    if job.whole:
        return " (The post is out; this is about its first comment.)"
    return f" ({job.out} of {len(job.post.parts)} parts are out already.)" if job.out else ""
