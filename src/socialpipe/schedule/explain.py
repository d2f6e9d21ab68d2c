"""Why a delivery is not live, what happens next, when, and who must act. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What besides the delivery itself decides: a freeze, its channel, who is at work."""

    frozen: str | None = None  # who froze publishing, and why
    pause_reason: str | None = None  # of the channel
    quiet_until: datetime | None = None  # end of the channel's quiet hours that it is due in
    paced_until: datetime | None = None
    running: bool = False  # a dispatcher says that it is alive


_UNKNOWN = Circumstances()


def explain(delivery: Delivery, now: datetime, around: Circumstances = _UNKNOWN) -> Explanation:
    """Explain the state of one delivery."""
    told = (
        _stopped(delivery, around) or _overdue(delivery, now, around) or _hushed(delivery, around)
    )
    told = told or _BY_STATE[delivery.state](delivery, now)
    return _warned(told) if delivery.warnings and told.who == _SYSTEM else told


def _stopped(delivery: Delivery, around: Circumstances) -> Explanation | None:
    if delivery.state not in {State.SCHEDULED, State.CLAIMED}:
        return None
    if around.frozen is not None:
        step = "when the reason is gone: socialpipe unfreeze"
        return Explanation(f"everything is frozen: {around.frozen}", step, None, _YOU)
    if not delivery.channel_paused:
        return None
    resume = f"mend the cause, then: socialpipe channel resume {delivery.channel}"
    because = f": {around.pause_reason}" if around.pause_reason else ""
    return Explanation(f"channel {delivery.channel} is paused{because}", resume, None, _YOU)


def _overdue(delivery: Delivery, now: datetime, around: Circumstances) -> Explanation | None:
    if delivery.state is not State.SCHEDULED or delivery.due_at > now:
        return None
    if around.paced_until is not None and around.paced_until > now:
        cause = f"channel {delivery.channel} keeps a distance between its posts"
        return Explanation(cause, "it is published after that", around.paced_until, _SYSTEM)
    late = spoken(now - delivery.due_at)
    if around.running:
        cause = delivery.reason or f"it is due since {late} and has not had its turn"
        return Explanation(cause, "a dispatcher hands it to a worker", delivery.due_at, _SYSTEM)
    cause = f"it is due since {late} and no dispatcher has taken it"
    return Explanation(cause, "start the pipeline: socialpipe up", delivery.due_at, _YOU)


def _hushed(delivery: Delivery, around: Circumstances) -> Explanation | None:
    if delivery.state is not State.SCHEDULED or around.quiet_until is None:
        return None
    cause = f"its time falls into the quiet hours of channel {delivery.channel}"
    return Explanation(cause, "it is published when they end", around.quiet_until, _SYSTEM)


def _warned(told: Explanation) -> Explanation:
    step = f"{told.next_step}, unless it is stopped by what the warnings say: mend that"
    return replace(told, next_step=step, who=_YOU)


def _draft(_delivery: Delivery, _now: datetime) -> Explanation:
    cause = "a worker has yet to compose its text and draw its cards"
    return Explanation(cause, "it is composed, then scheduled", None, _SYSTEM)


def _in_review(delivery: Delivery, _now: datetime) -> Explanation:
    step = f"let it go out: socialpipe delivery approve {delivery.id}; or edit, return or cancel it"
    return Explanation(delivery.reason or "it waits for approval", step, None, _YOU)


def _approved(_delivery: Delivery, _now: datetime) -> Explanation:
    return Explanation("it is approved", "it is scheduled", None, _SYSTEM)


def _scheduled(delivery: Delivery, now: datetime) -> Explanation:
    waits = spoken(delivery.due_at - now)
    cause = delivery.reason or "its time has not come"
    return Explanation(cause, f"it is published in {waits}", delivery.due_at, _SYSTEM)


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
    live = f"it is live: {delivery.receipt.url if delivery.receipt else None}"
    if delivery.reason:  # the post is out, what belongs to it is not
        step = "what it says, by hand; socialpipe does nothing more"
        return Explanation(f"{live}, but {delivery.reason}", step, delivery.published_at, _YOU)
    return Explanation(live, "nothing", delivery.published_at, "nobody")


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


def _missed(delivery: Delivery, now: datetime) -> Explanation:
    cause = delivery.reason or "its time passed"
    if delivery.expires_at is not None and now > delivery.expires_at:
        step = "if it is wanted after all, queue the article again: socialpipe queue add …"
        return Explanation(cause, step, None, _YOU)
    step = f"publish it after all: socialpipe delivery retry {delivery.id}"
    return Explanation(cause, step, None, _YOU)


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
