"""Why a delivery is not live, what happens next, when, and who must act. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from socialpipe.model import Delivery, State
from socialpipe.schedule.lateness import spoken

_SYSTEM = "nobody: socialpipe does it"
_YOU = "you"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Four answers an operator needs."""

    cause: str
    next_step: str
    when: datetime | None
    who: str


def explain(delivery: Delivery, now: datetime) -> Explanation:
    """Explain the state of one delivery."""
    if delivery.channel_paused and delivery.state in {State.SCHEDULED, State.CLAIMED}:
        return _paused(delivery)
    return _BY_STATE[delivery.state](delivery, now)


def _paused(delivery: Delivery) -> Explanation:
    resume = f"mend the cause, then: socialpipe channel resume {delivery.channel}"
    return Explanation(f"channel {delivery.channel} is paused", resume, None, _YOU)


def _draft(_delivery: Delivery, _now: datetime) -> Explanation:
    cause = "a worker has yet to compose its text and draw its cards"
    return Explanation(cause, "it is composed, then scheduled", None, _SYSTEM)


def _in_review(_delivery: Delivery, _now: datetime) -> Explanation:
    return Explanation("it waits for approval", "approve or return it", None, _YOU)


def _approved(_delivery: Delivery, _now: datetime) -> Explanation:
    return Explanation("it is approved", "it is scheduled", None, _SYSTEM)


def _scheduled(delivery: Delivery, now: datetime) -> Explanation:
    if delivery.due_at > now:
        waits = spoken(delivery.due_at - now)
        cause = delivery.reason or "its time has not come"
        return Explanation(cause, f"it is published in {waits}", delivery.due_at, _SYSTEM)
    late = spoken(now - delivery.due_at)
    cause = f"it is due since {late} and no dispatcher has taken it"
    return Explanation(cause, "start the pipeline: socialpipe up", delivery.due_at, _YOU)


def _claimed(delivery: Delivery, _now: datetime) -> Explanation:
    return Explanation(
        "it was handed to a worker",
        "a worker publishes it; if none begins, it is handed out again",
        delivery.lease_until,
        _SYSTEM,
    )


def _publishing(delivery: Delivery, _now: datetime) -> Explanation:
    cause = f"a worker is publishing it (attempt {delivery.attempt} of {delivery.max_attempts})"
    return Explanation(cause, "the network answers", delivery.lease_until, _SYSTEM)


def _published(delivery: Delivery, _now: datetime) -> Explanation:
    url = delivery.receipt.url if delivery.receipt else None
    return Explanation(f"it is live: {url}", "nothing", delivery.published_at, "nobody")


def _uncertain(delivery: Delivery, _now: datetime) -> Explanation:
    cause = delivery.reason or "the network's answer was lost"
    if delivery.look_at is not None:
        step = "socialpipe looks at the network whether it is out"
        return Explanation(cause, step, delivery.look_at, _SYSTEM)
    step = (
        f"look at the channel, then: socialpipe delivery confirm {delivery.id} --published URL, "
        "or --absent"
    )
    return Explanation(f"{cause}; {delivery.platform} cannot be asked", step, None, _YOU)


def _failed(delivery: Delivery, _now: datetime) -> Explanation:
    step = f"mend the cause, then: socialpipe delivery retry {delivery.id}"
    return Explanation(delivery.reason or "it failed", step, None, _YOU)


def _cancelled(_delivery: Delivery, _now: datetime) -> Explanation:
    return Explanation("a person cancelled it", "nothing", None, "nobody")


def _missed(delivery: Delivery, _now: datetime) -> Explanation:
    step = f"publish it after all: socialpipe delivery retry {delivery.id}"
    return Explanation(delivery.reason or "its time passed", step, None, _YOU)


_BY_STATE = {
    State.DRAFT: _draft,
    State.IN_REVIEW: _in_review,
    State.APPROVED: _approved,
    State.SCHEDULED: _scheduled,
    State.CLAIMED: _claimed,
    State.PUBLISHING: _publishing,
    State.PUBLISHED: _published,
    State.UNCERTAIN: _uncertain,
    State.FAILED: _failed,
    State.CANCELLED: _cancelled,
    State.MISSED: _missed,
}
