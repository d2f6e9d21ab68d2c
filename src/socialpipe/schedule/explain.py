"""Why a delivery is not live, what happens next, when, and who must act. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from socialpipe.model import Delivery, State
from socialpipe.model.phrase import Phrase
from socialpipe.schedule.lateness import spoken

_SYSTEM = Phrase("nobody: socialpipe does it")
_YOU = Phrase("you")
_NOBODY = Phrase("nobody")
_NOTHING = Phrase("nothing")


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
        step = Phrase("when the reason is gone: socialpipe unfreeze")
        cause = Phrase("everything is frozen: {reason}", reason=around.frozen)
        return Explanation(cause, step, None, _YOU)
    if not delivery.channel_paused:
        return None
    resume = Phrase("mend the cause, then: socialpipe channel resume {name}", name=delivery.channel)
    cause = Phrase("channel {name} is paused", name=delivery.channel)
    if around.pause_reason:
        cause = Phrase("{cause}: {reason}", cause=cause, reason=around.pause_reason)
    return Explanation(cause, resume, None, _YOU)


def _overdue(delivery: Delivery, now: datetime, around: Circumstances) -> Explanation | None:
    if delivery.state is not State.SCHEDULED or delivery.due_at > now:
        return None
    if around.paced_until is not None and around.paced_until > now:
        cause = Phrase("channel {name} keeps a distance between its posts", name=delivery.channel)
        step = Phrase("it is published after that")
        return Explanation(cause, step, around.paced_until, _SYSTEM)
    late = spoken(now - delivery.due_at)
    if around.running:
        turn = Phrase("it is due since {late} and has not had its turn", late=late)
        step = Phrase("a dispatcher hands it to a worker")
        return Explanation(delivery.reason or turn, step, delivery.due_at, _SYSTEM)
    cause = Phrase("it is due since {late} and no dispatcher has taken it", late=late)
    return Explanation(cause, Phrase("start the pipeline: socialpipe up"), delivery.due_at, _YOU)


def _hushed(delivery: Delivery, around: Circumstances) -> Explanation | None:
    if delivery.state is not State.SCHEDULED or around.quiet_until is None:
        return None
    cause = Phrase("its time falls into the quiet hours of channel {name}", name=delivery.channel)
    step = Phrase("it is published when they end")
    return Explanation(cause, step, around.quiet_until, _SYSTEM)


def _warned(told: Explanation) -> Explanation:
    step = Phrase(
        "{step}, unless it is stopped by what the warnings say: mend that", step=told.next_step
    )
    return replace(told, next_step=step, who=_YOU)


def _draft(_delivery: Delivery, _now: datetime) -> Explanation:
    cause = Phrase("a worker has yet to compose its text and draw its cards")
    return Explanation(cause, Phrase("it is composed, then scheduled"), None, _SYSTEM)


def _in_review(delivery: Delivery, _now: datetime) -> Explanation:
    step = Phrase(
        "let it go out: socialpipe delivery approve {id}; or edit, return or cancel it",
        id=delivery.id,
    )
    return Explanation(delivery.reason or Phrase("it waits for approval"), step, None, _YOU)


def _approved(_delivery: Delivery, _now: datetime) -> Explanation:
    return Explanation(Phrase("it is approved"), Phrase("it is scheduled"), None, _SYSTEM)


def _scheduled(delivery: Delivery, now: datetime) -> Explanation:
    waits = spoken(delivery.due_at - now)
    cause = delivery.reason or Phrase("its time has not come")
    step = Phrase("it is published in {span}", span=waits)
    return Explanation(cause, step, delivery.due_at, _SYSTEM)


def _claimed(delivery: Delivery, _now: datetime) -> Explanation:
    return Explanation(
        Phrase("it was handed to a worker"),
        Phrase("a worker publishes it; if none begins, it is handed out again"),
        delivery.lease_until,
        _SYSTEM,
    )


def _publishing(delivery: Delivery, _now: datetime) -> Explanation:
    cause = Phrase(
        "a worker is publishing it (attempt {n} of {most})",
        n=delivery.attempt,
        most=delivery.max_attempts,
    )
    return Explanation(cause, Phrase("the network answers"), delivery.lease_until, _SYSTEM)


def _published(delivery: Delivery, _now: datetime) -> Explanation:
    if delivery.deleted_at is not None:
        cause = Phrase("it was taken down again")
        return Explanation(cause, _NOTHING, delivery.deleted_at, _NOBODY)
    url = delivery.receipt.url if delivery.receipt else None
    live = Phrase("it is live: {url}", url=url)
    if delivery.reason:  # the post is out, what belongs to it is not
        step = Phrase("what it says, by hand; socialpipe does nothing more")
        cause = Phrase("{live}, but {reason}", live=live, reason=delivery.reason)
        return Explanation(cause, step, delivery.published_at, _YOU)
    return Explanation(live, _NOTHING, delivery.published_at, _NOBODY)


def _uncertain(delivery: Delivery, _now: datetime) -> Explanation:
    cause = delivery.reason or Phrase("the network's answer was lost")
    if delivery.look_at is not None:
        step = Phrase("socialpipe looks at the network whether it is out")
        return Explanation(cause, step, delivery.look_at, _SYSTEM)
    step = Phrase(
        "look at the channel, then: socialpipe delivery confirm {id} --published URL, or --absent",
        id=delivery.id,
    )
    cause = Phrase("{cause}; {platform} cannot be asked", cause=cause, platform=delivery.platform)
    return Explanation(cause, step, None, _YOU)


def _failed(delivery: Delivery, _now: datetime) -> Explanation:
    step = Phrase("mend the cause, then: socialpipe delivery retry {id}", id=delivery.id)
    return Explanation(delivery.reason or Phrase("it failed"), step, None, _YOU)


def _cancelled(_delivery: Delivery, _now: datetime) -> Explanation:
    return Explanation(Phrase("a person cancelled it"), _NOTHING, None, _NOBODY)


def _missed(delivery: Delivery, now: datetime) -> Explanation:
    cause = delivery.reason or Phrase("its time passed")
    if delivery.expires_at is not None and now > delivery.expires_at:
        step = Phrase("if it is wanted after all, queue the article again: socialpipe queue add …")
        return Explanation(cause, step, None, _YOU)
    step = Phrase("publish it after all: socialpipe delivery retry {id}", id=delivery.id)
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
