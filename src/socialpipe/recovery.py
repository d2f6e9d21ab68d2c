"""How an uncertain delivery gets certain: look, then resume, replay, or ask a person.

Nothing is sent from here. What may be sent (again) goes back to `scheduled`; a worker sends it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from socialpipe.engine import Engine, connect
from socialpipe.errors import Duplicate, PlatformError, Throttled, Unknown
from socialpipe.handover import stage_name
from socialpipe.model import Receipt, Recovery, State
from socialpipe.outcome import recovery_of
from socialpipe.pipeline import request
from socialpipe.schedule.settle import Look, Verdict, verdict
from socialpipe.store.job import COMMENT, Job
from socialpipe.store.rows import from_receipt


def settle(engine: Engine, job: Job) -> None:
    """Find out whether an uncertain delivery is out, as far as its platform lets us."""
    unknown = job.unknown
    if unknown is None:
        _resume(engine, job, "nothing was under way")
        return
    recovery = recovery_of(connect(engine, job.channel), job)
    try:
        receipt = _find(engine, job, unknown)
    except Unknown as outcome:  # no look will ever tell
        _not_found(engine, job, unknown, replace(recovery, read_back=False), str(outcome))
        return
    except PlatformError as outcome:
        seconds = outcome.seconds if isinstance(outcome, Throttled) else None
        wait = timedelta(seconds=seconds or 0.0)
        _look_again(engine, job, job.delivery.misses, f"the network did not tell: {outcome}", wait)
        return
    if receipt is None:
        _not_found(engine, job, unknown, recovery, job.delivery.reason or "the answer was lost")
        return
    engine.store.jobs.sent(job, unknown, from_receipt(receipt))
    _resume(engine, job, f"found on the network: {receipt.url or receipt.id}")


def _find(engine: Engine, job: Job, unknown: str) -> Receipt | None:
    platform = connect(engine, job.channel)
    if not recovery_of(platform, job).read_back:
        return None
    before = [receipt for n in range(job.out) if (receipt := job.receipt(n))]
    if unknown == COMMENT:
        return platform.find_comment(before[0], job.post.first_comment or "")
    n = job.calls.index(unknown)
    ready = job.steps.get(stage_name(n))
    wanted = replace(request(job, n, before), sent_at=job.steps[unknown].sent_at)
    return platform.find(replace(wanted, staged=ready.result if ready else None))


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the network shows a person of a delivery of unknown end."""

    can_ask: bool  # else the person must look themselves
    receipt: Receipt | None  # what looks like ours
    profile: str | None  # where the account's posts can be seen


def look_up(engine: Engine, delivery_id: int) -> Lookup:
    """Look at the network on behalf of a person; settles nothing.

    Raises NotFound; Refused unless it is uncertain; PlatformError.
    """
    job = engine.store.sweeps.peek(delivery_id, engine.actor)
    platform = connect(engine, job.channel)
    can_ask = recovery_of(platform, job).read_back and job.unknown is not None
    receipt = _find(engine, job, job.unknown) if can_ask and job.unknown else None
    return Lookup(can_ask, receipt, None if receipt else platform.check().url)


def _not_found(engine: Engine, job: Job, unknown: str, recovery: Recovery, reason: str) -> None:
    misses = job.delivery.misses + 1
    sent_at = job.steps[unknown].sent_at
    match verdict(recovery, Look(misses, sent_at, engine.store.now())):
        case Verdict.REPLAY:
            _resume(engine, job, "not found: to be sent again with the same key")
        case Verdict.ABSENT if _is_known_to_be_there(engine, job):
            text = "the network says that it has this post, yet does not show it"
            _stay(engine, job, text, look_at=None, misses=misses)
        case Verdict.ABSENT:
            engine.store.jobs.unsent(job, unknown)
            _resume(engine, job, f"not found in {misses} looks: it is not out")
        case Verdict.LOOK_AGAIN:
            _look_again(engine, job, misses, f"not found yet (look {misses})")
        case Verdict.PERSON:
            _stay(engine, job, reason, look_at=None, misses=misses)


def _is_known_to_be_there(engine: Engine, job: Job) -> bool:
    """Whether the network refused the last try as a repeat: no miss outweighs that."""
    tries = engine.store.deliveries.attempts(job.delivery.id)
    return bool(tries) and tries[-1].outcome == Duplicate.__name__


def _resume(engine: Engine, job: Job, text: str) -> None:
    """Go on with what is not published yet; nothing left means published."""
    first = job.receipt(0)
    if first is not None and all(job.done(name) for name in job.calls):
        engine.store.jobs.published(job, first, text)
    elif job.delivery.attempt >= job.delivery.max_attempts:
        reason = f"{text}, but all {job.delivery.max_attempts} attempts are spent"
        _give_up(engine, job, reason)
    else:
        due = {"due_at": engine.store.now(), "look_at": None}
        engine.store.jobs.close(job, State.SCHEDULED, text, outcome="Unknown", **due)


def _give_up(engine: Engine, job: Job, reason: str) -> None:
    """Fail if nothing is unknown any more, else leave it to a person."""
    if job.unknown is not None:
        _stay(engine, job, reason, look_at=None)
    elif job.whole:
        engine.store.jobs.published_bare(job, f"{reason}.", outcome="Unknown")
    else:
        engine.store.jobs.close(job, State.FAILED, reason, outcome="Unknown", look_at=None)


def _look_again(
    engine: Engine, job: Job, misses: int, text: str, at_least: timedelta = timedelta(0)
) -> None:
    delay = timedelta(seconds=engine.settings.settle_delay) * (1 + 2 * misses)
    look_at = engine.store.now() + max(delay, at_least)
    _stay(engine, job, text, look_at=look_at, misses=misses)


def _stay(engine: Engine, job: Job, text: str, **values: object) -> None:
    engine.store.jobs.close(job, State.UNCERTAIN, text, outcome="Unknown", **values)
