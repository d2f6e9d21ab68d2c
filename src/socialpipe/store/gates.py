"""What may keep a claimed delivery from going out now. Asked in the transaction of the intent.

The channel's row is locked meanwhile, so that two workers cannot both find the last place free.
A delivery of which something went out already passes: half a thread helps nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from socialpipe.model import Channel, Delivery, OnMiss, State
from socialpipe.schedule import quiet
from socialpipe.schedule.lateness import is_late, spoken, too_late
from socialpipe.schedule.moment import Moment
from socialpipe.store.places import columns, next_free
from socialpipe.store.precedents import DAY, HOUR, Counts, Precedents, latest
from socialpipe.store.reading import Found
from socialpipe.store.schema import channel, delivery, step

_MAY_BE_OUT = (State.PUBLISHED, State.PUBLISHING, State.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Rules:
    """The fuses: how long a twin is refused, and how much a channel may publish at all."""

    twin_window: timedelta
    per_hour: int
    per_day: int
    catch_up_gap: timedelta
    late_after: timedelta  # published later than this after its time, a post is told as late


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the delivery goes instead, and why."""

    state: State
    reason: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Case:
    connection: sa.Connection
    found: Found
    now: datetime
    rules: Rules
    before: Precedents

    @property
    def delivery(self) -> Delivery:
        return self.found.delivery

    @property
    def channel(self) -> Channel:
        return self.found.channel


def ask(
    connection: sa.Connection, found: Found, now: datetime, rules: Rules, before: Precedents
) -> Stop | None:
    """Return what stops this delivery, or None. Its channel must be locked."""
    case = _Case(connection, found, now, rules, before)
    gates = _ALWAYS if _begun(case) else (*_ALWAYS, *_BEFORE_THE_FIRST_CALL)
    return next((stop for gate in gates if (stop := gate(case))), None)


def pace(connection: sa.Connection, found: Found, now: datetime, rules: Rules) -> None:
    """Keep the channel's distance to its next post, from this intent on."""
    gap = timedelta(seconds=float(found.channel.settings.get("min_gap", 0)))
    if is_late(found.delivery.due_at, now):
        gap = max(gap, rules.catch_up_gap)
    if gap:
        mine = channel.c.id == found.channel.id
        connection.execute(sa.update(channel).where(mine).values(not_before=now + gap))


def _paused(case: _Case) -> Stop | None:
    return Stop(State.SCHEDULED, "the channel is paused") if case.channel.paused else None


def _frozen(case: _Case) -> Stop | None:
    reason = case.before.frozen.get(case.channel.id)
    if reason is None:
        return None
    return Stop(State.SCHEDULED, f"everything is frozen: {reason}")


def _expired(case: _Case) -> Stop | None:
    expires = case.delivery.expires_at
    if expires is None or case.now <= expires:
        return None
    return Stop(State.MISSED, f"it expired {spoken(case.now - expires)} ago")


def _embargo(case: _Case) -> Stop | None:
    opens = case.delivery.not_before
    if opens is None or case.now >= opens:
        return None
    return Stop(State.SCHEDULED, "it is under embargo", columns(Moment(opens)))


def _superseded(case: _Case) -> Stop | None:
    """After a downtime only the newest occurrence of a rule goes out."""
    one = case.delivery
    if one.recurrence_id is None or not _newer_is_due(case):
        return None
    return Stop(State.MISSED, f"a newer occurrence of rule {one.recurrence_id} is due already")


def _quiet(case: _Case) -> Stop | None:
    hush, zone = quiet.of(case.channel.settings), ZoneInfo(case.channel.timezone)
    end = hush and quiet.quiet_until(hush, zone, case.now)
    if not end:
        return None
    # Who waits for the same end goes out one after another, as in any catching up.
    due = end + _count_at(case, end) * case.rules.catch_up_gap
    return Stop(State.SCHEDULED, "quiet hours", {**columns(Moment(end)), "due_at": due})


def _late(case: _Case) -> Stop | None:
    one = case.delivery
    if one.on_miss is OnMiss.PUBLISH or not too_late(one.wanted_at, one.grace, case.now):
        return None
    reason = f"it was due {spoken(case.now - one.wanted_at)} ago, beyond its grace"
    if one.on_miss is OnMiss.SKIP:
        return Stop(State.MISSED, reason)
    next_too = one.on_miss is OnMiss.NEXT
    slot = next_free(case.connection, case.channel, case.now) if next_too else None
    if slot is None:
        return Stop(State.IN_REVIEW, reason)
    moved = f"{reason}; it takes the next slot"
    return Stop(State.SCHEDULED, moved, columns(slot))


def _pace(case: _Case) -> Stop | None:
    resume = case.found.not_before
    if resume is None or resume <= case.now:
        return None
    return Stop(State.SCHEDULED, "the channel keeps a distance", {"due_at": resume})


def _twin(case: _Case) -> Stop | None:
    if case.delivery.approved:
        return None  # a person has seen it
    twin = _find_twin(case)
    if twin is None:
        return None
    return Stop(State.IN_REVIEW, f"the same post went out on this channel as delivery {twin}")


def _budget(case: _Case) -> Stop | None:
    counts = case.before.counts.get(case.channel.id, Counts(0, 0))
    limits = (
        (_limit(case, "max_per_hour", case.rules.per_hour), counts.hour, HOUR, "an hour"),
        (_limit(case, "max_per_day", case.rules.per_day), counts.day, DAY, "a day"),
    )
    for limit, count, window, name in limits:
        if count < limit:
            continue
        # The newest comes first: with the one at the limit the window is full.
        recent = latest(case.connection, case.channel.id, case.now - DAY, limit)
        if len(recent) >= limit and (full_since := recent[limit - 1]) > case.now - window:
            reason = f"the channel's budget of {limit} posts {name} is spent"
            return Stop(State.SCHEDULED, reason, {"due_at": full_since + window})
    return None


_Gate = Callable[[_Case], Stop | None]
_ALWAYS: tuple[_Gate, ...] = (_paused, _frozen)
_BEFORE_THE_FIRST_CALL: tuple[_Gate, ...] = (
    _expired,
    _embargo,
    _superseded,
    _late,
    _quiet,
    _twin,
    _budget,
    _pace,
)


def _begun(case: _Case) -> bool:
    if case.delivery.frozen_at is None:
        return False  # it was never tried
    query = sa.select(step.c.name).where(step.c.delivery_id == case.delivery.id).limit(1)
    return case.connection.execute(query).first() is not None


def _newer_is_due(case: _Case) -> bool:
    one = case.delivery
    newer = sa.or_(
        delivery.c.wanted_at > one.wanted_at,
        sa.and_(delivery.c.wanted_at == one.wanted_at, delivery.c.id > one.id),
    )
    query = sa.select(delivery.c.id).where(
        delivery.c.recurrence_id == one.recurrence_id,
        delivery.c.wanted_at <= case.now,
        delivery.c.state.in_((State.SCHEDULED, State.CLAIMED, *_MAY_BE_OUT)),
        newer,
    )
    return case.connection.execute(query.limit(1)).first() is not None


def _count_at(case: _Case, wanted_at: datetime) -> int:
    query = sa.select(sa.func.count()).where(
        delivery.c.channel_id == case.channel.id,
        delivery.c.wanted_at == wanted_at,
        delivery.c.state == State.SCHEDULED,
    )
    count: int = case.connection.execute(query).scalar_one()
    return count


def _find_twin(case: _Case) -> int | None:
    since = case.now - case.rules.twin_window
    alike = case.before.twins.get((case.channel.id, case.found.fingerprint or ""), ())
    return next(
        (
            one.id
            for one in alike
            if one.id != case.delivery.id and (one.published_at is None or one.published_at > since)
        ),
        None,
    )


def _limit(case: _Case, name: str, default: int) -> int:
    return int(case.channel.settings.get(name, default))
