"""How an uncertain delivery gets certain: look, then resume, replay, or ask a person.

Nothing is sent from here. What may be sent (again) goes back to `scheduled`; a worker sends it.
"""

from __future__ import annotations

from datetime import timedelta

from socialpipe.engine import Engine, connect
from socialpipe.errors import PlatformError
from socialpipe.model import Receipt, State
from socialpipe.pipeline import request
from socialpipe.schedule.settle import Look, Verdict, verdict
from socialpipe.store.jobs import Job, part_name
from socialpipe.store.rows import from_receipt


def settle(engine: Engine, job: Job) -> None:
    """Find out whether an uncertain delivery is out, as far as its platform lets us."""
    unknown = _unknown_part(job)
    if unknown is None:
        _resume(engine, job, "nothing was under way")
        return
    try:
        receipt = _find(engine, job, unknown)
    except PlatformError as outcome:
        _look_again(engine, job, job.delivery.misses, f"the network did not tell: {outcome}")
        return
    if receipt is None:
        _not_found(engine, job, unknown)
        return
    engine.store.jobs.sent(job, part_name(unknown), from_receipt(receipt))
    _resume(engine, job, f"found on the network: {receipt.url or receipt.id}")


def _unknown_part(job: Job) -> int | None:
    parts = range(len(job.post.parts))
    return next((n for n in parts if part_name(n) in job.steps and not job.receipt(n)), None)


def _find(engine: Engine, job: Job, n: int) -> Receipt | None:
    platform = connect(engine, job.channel)
    if not platform.recovery.read_back:
        return None
    before = [receipt for k in range(n) if (receipt := job.receipt(k))]
    return platform.find(request(job, n, before))


def _not_found(engine: Engine, job: Job, n: int) -> None:
    recovery = connect(engine, job.channel).recovery
    misses = job.delivery.misses + 1
    sent_at = job.steps[part_name(n)].sent_at
    match verdict(recovery, Look(misses, sent_at, engine.store.now())):
        case Verdict.REPLAY:
            _resume(engine, job, "not found: to be sent again with the same key")
        case Verdict.ABSENT:
            engine.store.jobs.unsent(job, part_name(n))
            _resume(engine, job, f"not found in {misses} looks: it is not out")
        case Verdict.LOOK_AGAIN:
            _look_again(engine, job, misses, f"not found yet (look {misses})")
        case Verdict.PERSON:
            reason = job.delivery.reason or "the answer was lost"
            _stay(engine, job, reason, look_at=None, misses=misses)


def _resume(engine: Engine, job: Job, text: str) -> None:
    """Go on with what is not published yet; nothing left means published."""
    receipts = [job.receipt(n) for n in range(len(job.post.parts))]
    first = receipts[0]
    if first is not None and all(receipts):
        engine.store.jobs.published(job, first, text)
    elif job.delivery.attempt >= job.delivery.max_attempts:
        reason = f"{text}, but all {job.delivery.max_attempts} attempts are spent"
        _give_up(engine, job, reason)
    else:
        due = {"due_at": engine.store.now(), "look_at": None}
        engine.store.jobs.close(job, State.SCHEDULED, text, outcome="Unknown", **due)


def _give_up(engine: Engine, job: Job, reason: str) -> None:
    """Fail if nothing is unknown any more, else leave it to a person."""
    if _unknown_part(job) is None:
        engine.store.jobs.close(job, State.FAILED, reason, outcome="Unknown", look_at=None)
    else:
        _stay(engine, job, reason, look_at=None)


def _look_again(engine: Engine, job: Job, misses: int, text: str) -> None:
    delay = timedelta(seconds=engine.settings.settle_delay) * (1 + 2 * misses)
    _stay(engine, job, text, look_at=engine.store.now() + delay, misses=misses)


def _stay(engine: Engine, job: Job, text: str, **values: object) -> None:
    engine.store.jobs.close(job, State.UNCERTAIN, text, outcome="Unknown", **values)
