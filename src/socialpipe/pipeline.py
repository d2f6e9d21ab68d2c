"""The story: an article becomes a campaign; a delivery becomes a published post.

prepare   read → digest → compose → draw, for a queued campaign (how: `composing.py`)
deliver   begin → announce → go: upload, publish, comment → write down (how: `outcome.py`)

Deliveries are begun, announced and written down several at a time; only calls are each their own.
What happens to a delivery whose outcome is unknown is told in `recovery.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from socialpipe import handover
from socialpipe.composing import Made, Options, Shorten, compose_for
from socialpipe.engine import Engine, Refusal, Wish, connect
from socialpipe.errors import (
    Duplicate,
    NotSent,
    PlatformError,
    Rejected,
    SocialpipeError,
    Throttled,
    Unknown,
)
from socialpipe.inquiry import with_limits
from socialpipe.model import Json, Limits, Receipt, Recovery
from socialpipe.outcome import Ended, Outcome, write_down, write_one_down
from socialpipe.platforms import registry
from socialpipe.platforms.base import PartRequest, Platform
from socialpipe.platforms.limits import limits_of, must_fit
from socialpipe.platforms.readback import altered
from socialpipe.schedule.settle import key_holds
from socialpipe.schedule.topics import Topic
from socialpipe.store.campaigns import Preparation
from socialpipe.store.job import COMMENT, Job, part_name
from socialpipe.store.jobs import HeldError, LeaseLostError
from socialpipe.store.rows import from_receipt

# ── an article becomes a campaign ──────────────────────────────────────────────────────────────


def prepare(engine: Engine, campaign_id: int, fence: int) -> None:
    """Compose and draw a queued campaign; its deliveries get scheduled, or fail with the reason."""
    work = engine.store.campaigns.begin(campaign_id, fence)
    if work is None:
        return
    try:
        made = compose_for(
            work.article,
            {name: platform for _, name, platform in work.channels},
            Options(**work.options),
            limits=_limits(engine, work),
            shorten=_shortener(engine, work),
        )
    except SocialpipeError as error:
        engine.store.campaigns.fail(work, str(error), engine.actor)
    except Exception as error:
        engine.store.campaigns.release(work, f"{type(error).__name__}: {error}", engine.actor)
        raise
    else:
        posts = {channel_id: made.posts[name] for channel_id, name, _ in work.channels}
        engine.store.campaigns.finish(work, posts, engine.actor, _how(made))


def _limits(engine: Engine, work: Preparation) -> dict[str, Limits]:
    """Say what each channel takes, by its own server and settings."""
    found = (engine.store.channels.by_id(channel_id) for channel_id, _, _ in work.channels)
    return {channel.name: limits_of(with_limits(engine, channel)) for channel in found}


def _shortener(engine: Engine, work: Preparation) -> Shorten | None:
    base = engine.settings.short_link_base
    return engine.store.within(work.workspace_id).short_links.shortener(base) if base else None


def _how(made: Made) -> str:
    """Say in the timeline who wrote the posts, where it was not the engine that everybody has."""
    if made.provenance.fallback:
        return f" without the language model: {made.provenance.fallback}"
    return f" with {made.provenance.model}" if made.provenance.engine == "llm" else ""


# ── a delivery becomes a published post ────────────────────────────────────────────────────────


class Ready(NamedTuple):
    """A delivery whose intent is committed, and the adapter that it goes out by."""

    job: Job
    platform: Platform


def deliver(engine: Engine, delivery_id: int, fence: int) -> None:
    """Publish one delivery, if the message that names it is not stale."""
    for one in begin(engine, [(delivery_id, fence)]):
        write_down(engine, [Ended(one.job, go(engine, one))])


def begin(engine: Engine, work: Collection[tuple[int, int]]) -> list[Ready]:
    """Commit the intents of those deliveries, pairs of id and fence, that may go out now."""
    jobs = engine.store.jobs.begin_all(work, engine.actor)
    ready: list[Ready] = []
    for job, refusal in zip(jobs, _refusals(engine, jobs), strict=True):
        try:
            if refusal:
                raise Throttled(refusal.reason, seconds=refusal.seconds)
            if not job.steps:  # half a thread helps nobody
                must_fit(job.post, job.channel)
            ready.append(Ready(job, connect(engine, job.channel, job.frozen_at, job.sealed)))
        except PlatformError as outcome:
            write_one_down(engine, job, outcome)
    return ready


def announce(engine: Engine, ready: Sequence[Ready]) -> set[int]:
    """Write down the first calls of several, that go out at once; return whose still may."""
    first = {one.job.delivery.id: part_name(0) for one in ready if _begins_with_its_text(one)}
    held = engine.store.jobs.announce([one.job for one in ready], first)
    for one in ready:
        if why := held.get(one.job.channel.id):
            _give_back(engine, one.job, why)
    return {one.job.delivery.id for one in ready if one.job.channel.id not in held}


def _give_back(engine: Engine, job: Job, why: str) -> None:
    """Let a delivery wait that may not go out now; the try does not count."""
    _take_back(engine, job)
    write_one_down(engine, job, Throttled(why, seconds=0.0))


def _take_back(engine: Engine, job: Job) -> None:
    """Forget the calls that were written down ahead and not made."""
    for name in job.announced:
        engine.store.jobs.unsent(job, name)


def _begins_with_its_text(one: Ready) -> bool:
    """Whether the first call creates the post, for the first time, and the network can be asked.

    Where it cannot, a call is written down at the last moment: a person would have to look.
    """
    first = not (one.job.steps or one.job.cards(0) or handover.stages(one.platform))
    return one.platform.recovery.can_tell and first


def go(engine: Engine, one: Ready) -> Outcome:
    """Make the calls of a delivery; return what came of them."""
    try:
        return _publish(engine, one.job, one.platform)
    except LeaseLostError:
        return None
    except HeldError as held:
        _give_back(engine, one.job, held.why)
        return None
    except PlatformError as outcome:
        _take_back(engine, one.job)  # it failed before that call
        return outcome


def _refusals(engine: Engine, jobs: Sequence[Job]) -> Sequence[Refusal | None]:
    """Take the right to publish what is not out yet; refused means later, at no cost."""
    if engine.traffic is None or not jobs:
        return [None] * len(jobs)
    return engine.traffic.ask(
        [
            Wish(
                job.channel,
                registry.load(job.channel.platform).rates,
                len(job.post.parts) - job.out,
            )
            for job in jobs
        ]
    )


def _publish(engine: Engine, job: Job, platform: Platform) -> Receipt:
    receipts: list[Receipt] = []
    for n in range(len(job.post.parts)):
        receipts.append(job.receipt(n) or _publish_part(engine, platform, job, receipts))
    if job.post.first_comment and not job.done(COMMENT):
        _comment(engine, platform, job, receipts[0])
    return receipts[0]


def _publish_part(
    engine: Engine, platform: Platform, job: Job, before: Sequence[Receipt]
) -> Receipt:
    """Publish the part after those in `before`."""
    n = len(before)
    part = request(job, n, before, tuple(handover.uploads(engine, platform, job, n)))
    part = replace(part, staged=handover.staged(engine, platform, job, n, part))
    name = part_name(n)
    try:
        receipt = _create(engine, job, name, platform.recovery, lambda: platform.publish(part))
    except (NotSent, Rejected):
        engine.store.jobs.unsent(job, handover.stage_name(n))  # the next try makes it anew
        raise
    if difference := altered(platform.wire_text(part), receipt.text):
        text = f"{difference} Look at it: {receipt.url or receipt.id}"
        engine.store.jobs.remark(job, text, Topic.ALTERED)
    return receipt


def _comment(engine: Engine, platform: Platform, job: Job, below: Receipt) -> None:
    """Write our own first comment below the post."""
    text = job.post.first_comment or ""
    recovery = platform.recovery.of_comment()
    _create(engine, job, COMMENT, recovery, lambda: platform.comment(below, text))


def _create(
    engine: Engine, job: Job, name: str, recovery: Recovery, call: Callable[[], Receipt]
) -> Receipt:
    """Make a call that creates something. The intent is committed before it."""
    replay = job.repeats(name)
    step = engine.store.jobs.sending(job, name)
    if replay and not key_holds(recovery, step.sent_at, engine.store.now()):
        raise Unknown("An earlier try may have reached the network, and no key holds.")
    try:
        receipt = _known(call)
    except (LeaseLostError, Duplicate):  # it waited for its place too long; it is out somewhere
        raise
    except (HeldError, PlatformError) as outcome:
        if not replay and not isinstance(outcome, Unknown):
            engine.store.jobs.unsent(job, name)
        if replay and isinstance(outcome, Rejected):
            raise Unknown(f"A repeat was refused: {outcome.what}") from outcome
        raise
    except Exception as error:
        failed = f"The {job.channel.platform} adapter failed: {type(error).__name__}."
        raise Unknown(failed) from error
    engine.store.jobs.sent(job, name, from_receipt(receipt))
    return receipt


def _known(call: Callable[[], Receipt]) -> Receipt:
    """Make a call; what the network says it has already counts as created."""
    try:
        return call()
    except Duplicate as known:
        if known.receipt is None:
            raise
        return known.receipt


def request(
    job: Job, n: int, before: Sequence[Receipt], uploads: tuple[Json, ...] = ()
) -> PartRequest:
    """Build the request for part n: the same at every try."""
    post = job.post
    return PartRequest(
        text=post.parts[n].text,
        key=job.delivery.key if n == 0 else f"{job.delivery.key}-{n}",
        # A step of 1 ms keeps the parts of a thread in order where time makes their names.
        created_at=job.frozen_at + n * timedelta(milliseconds=1),
        language=post.language,
        cards=job.cards(n),
        uploads=uploads,
        link=post.link,
        title=post.title,
        hashtags=post.hashtags,
        warning=post.warning,
        root=before[0] if before else None,
        parent=before[-1] if before else None,
    )
