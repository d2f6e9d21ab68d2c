"""Campaigns as code: what a plan file wants, compared with what was made of it before.

compare   wanted lines, kept lines → steps (pure)
apply     queue, move and cancel what the steps say; the same plan once more changes nothing
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from socialpipe.model import Article, Json, State
from socialpipe.schedule.moment import Moment
from socialpipe.store import Store
from socialpipe.store.intake import Order, Terms
from socialpipe.store.places import MOVABLE, Place
from socialpipe.store.plans import Kept, Line

_OVER = (State.CANCELLED, State.FAILED, State.MISSED)


class Verb(StrEnum):
    """What is to be done about a line."""

    QUEUE = "queue"
    REPLACE = "replace"
    MOVE = "move"
    CANCEL = "cancel"
    KEEP = "keep"
    OUT = "out"  # the plan wants it otherwise, but it is out, or on its way


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line of a plan, and what it takes to make it true. `moment` None: the next free slot."""

    line: Line
    moment: Moment | None
    terms: Terms
    content: Callable[[], tuple[Article, Json]] = field(repr=False)  # and how to compose it


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the difference between a plan and what is."""

    verb: Verb
    line: Line
    kept: Kept | None = None
    wanted: Wanted | None = None


def compare(wanted: Sequence[Wanted], kept: Sequence[Kept]) -> list[Step]:
    """Say what is to be done, in the order of the plan; what the plan has no more comes last."""
    before = {(one.line.name, one.line.channel): one for one in kept}
    steps = [_step(one, before.pop((one.line.name, one.line.channel), None)) for one in wanted]
    return [*steps, *(_leftover(one) for one in before.values())]


def _step(wanted: Wanted, kept: Kept | None) -> Step:
    if kept is None:
        return Step(Verb.QUEUE, wanted.line, None, wanted)
    return Step(_verb(wanted.line, kept), wanted.line, kept, wanted)


def _verb(line: Line, kept: Kept) -> Verb:
    if line == kept.line:
        return Verb.KEEP
    if kept.begun or kept.state not in {*MOVABLE, *_OVER}:
        return Verb.OUT
    if line.content != kept.line.content or kept.state in _OVER:
        return Verb.REPLACE
    return Verb.MOVE


def _leftover(kept: Kept) -> Step:
    waits = kept.state in MOVABLE and not kept.begun
    return Step(Verb.CANCEL if waits else Verb.KEEP, kept.line, kept)


def apply(store: Store, plan: str, steps: Sequence[Step], actor: str) -> Iterator[Step]:
    """Do it, and yield each step when it is done. What is done stays done if a later one fails.

    Raises what queueing and moving raise.
    """
    for step in steps:
        if step.verb is Verb.CANCEL and step.kept:
            store.plans.drop(plan, step.kept, actor)
            yield step
    for step in steps:
        if step.verb is Verb.MOVE and step.kept and step.wanted:
            _move(store, plan, step.kept, step.wanted, actor)
            yield step
    fresh = [step for step in steps if step.verb in {Verb.QUEUE, Verb.REPLACE}]
    for _, group in groupby(sorted(fresh, key=_campaign), key=_campaign):
        together = list(group)
        _queue(store, plan, [step.wanted for step in together if step.wanted], actor)
        yield from together


def _campaign(step: Step) -> tuple[str, str, str]:
    """Name what is composed and drawn once, on the same terms."""
    terms = repr(step.wanted.terms) if step.wanted else ""
    return (step.line.name, step.line.content, terms)


def _move(store: Store, plan: str, kept: Kept, wanted: Wanted, actor: str) -> None:
    moment = wanted.moment
    if moment is None:
        moment = store.moves.move_to_next(kept.delivery_id, actor)
    store.plans.move(plan, kept, wanted.line, moment, actor)


def _queue(store: Store, plan: str, wanted: Sequence[Wanted], actor: str) -> None:
    first = wanted[0]
    orders = [_order(store, one) for one in wanted]
    article, options = first.content()
    store.plans.queue(
        plan,
        [one.line for one in wanted],
        article,
        orders,
        options=options,
        terms=first.terms,
        actor=actor,
    )


def _order(store: Store, wanted: Wanted) -> Order:
    channel, moment = store.channels.get(wanted.line.channel), wanted.moment
    if moment is None:
        return Order(channel, store.now(), Place.NEXT)
    return Order(channel, moment.at, wall=moment.wall, zone=moment.zone)


def counts(steps: Sequence[Step]) -> Mapping[Verb, int]:
    """Count the steps by verb."""
    return {verb: sum(step.verb is verb for step in steps) for verb in Verb}
