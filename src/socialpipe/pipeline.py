"""The story: an article becomes a campaign; a delivery becomes a published post.

prepare   read → digest → compose → draw, for a queued campaign (how: `composing.py`)
deliver   win → upload → publish → comment → write down what came of it

What happens to a delivery whose outcome is unknown is told in `recovery.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from socialpipe import handover
from socialpipe.composing import Made, Options, Shorten, compose_for
from socialpipe.engine import Engine, connect
from socialpipe.errors import (
    Duplicate,
    NotSent,
    PlatformError,
    Rejected,
    SocialpipeError,
    Throttled,
    Unauthorized,
    Unknown,
)
from socialpipe.inquiry import with_limits
from socialpipe.model import Json, Limits, Receipt, Recovery, State
from socialpipe.platforms import registry
from socialpipe.platforms.base import PartRequest, Platform
from socialpipe.platforms.limits import limits_of, must_fit
from socialpipe.platforms.readback import altered
from socialpipe.schedule.retry import Backoff, after_throttle
from socialpipe.schedule.settle import key_holds
from socialpipe.schedule.topics import Topic
from socialpipe.store.campaigns import Preparation
from socialpipe.store.job import COMMENT, Job, part_name
from socialpipe.store.jobs import LeaseLostError
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


def deliver(engine: Engine, delivery_id: int, fence: int) -> None:
    """Publish one delivery, if the message that names it is not stale."""
    job = engine.store.jobs.begin(delivery_id, fence, engine.actor)
    if job is None:
        return
    if refusal := _refusal(engine, job):
        _write_down(engine, job, refusal)
        return
    try:
        with engine.places:
            receipt = _publish(engine, job)
    except LeaseLostError:
        return
    except PlatformError as outcome:
        _tell(engine, job, outcome)
        _write_down(engine, job, outcome)
    else:
        _tell(engine, job, None)
        engine.store.jobs.published(job, receipt, f"published: {receipt.url or receipt.id}")


def _tell(engine: Engine, job: Job, outcome: PlatformError | None) -> None:
    if engine.traffic is not None:
        engine.traffic.heard(job.channel, outcome)


def _publish(engine: Engine, job: Job) -> Receipt:
    if not job.steps:  # half a thread helps nobody
        must_fit(job.post, job.channel)
    platform = connect(engine, job.channel, job.frozen_at)
    receipts: list[Receipt] = []
    for n in range(len(job.post.parts)):
        receipts.append(job.receipt(n) or _publish_part(engine, platform, job, receipts))
    if job.post.first_comment and not job.done(COMMENT):
        _comment(engine, platform, job, receipts[0])
    return receipts[0]


def _refusal(engine: Engine, job: Job) -> Throttled | None:
    """Take the right to publish what is not out yet; refused means later, at no cost."""
    if engine.traffic is None:
        return None
    rates = registry.load(job.channel.platform).rates
    refusal = engine.traffic.ask(job.channel, rates, len(job.post.parts) - job.out)
    return Throttled(refusal.reason, seconds=refusal.seconds) if refusal else None


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
    replay = name in job.steps
    step = engine.store.jobs.sending(job, name)
    if replay and not key_holds(recovery, step.sent_at, engine.store.now()):
        raise Unknown("An earlier try may have reached the network, and no key holds.")
    try:
        receipt = call()
    except Duplicate as known:
        if known.receipt is None:
            raise
        receipt = known.receipt
    except PlatformError as outcome:
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


# ── what came of it ────────────────────────────────────────────────────────────────────────────


def _write_down(engine: Engine, job: Job, outcome: PlatformError) -> None:
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
    can_ask = recovery.read_back or recovery.key_lifetime is not None
    delay = timedelta(seconds=engine.settings.settle_delay)
    look_at = engine.store.now() + delay if can_ask else None
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
