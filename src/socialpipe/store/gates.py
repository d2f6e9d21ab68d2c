"""What may keep a claimed delivery from going out now. Asked in the transaction of the intent.

The channel's row is locked meanwhile, so that two workers cannot both find the last place free.
A delivery of which something went out already passes: half a thread helps nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from socialpipe.store.reading import Found
from socialpipe.store.schema import channel, delivery, step
from socialpipe.store.states import IN_HAND, in_states
from socialpipe.store.switches import is_channel_frozen

_MAY_BE_OUT = (State.PUBLISHED, State.PUBLISHING, State.UNCERTAIN)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


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

    @property
    def delivery(self) -> Delivery:
        return self.found.delivery

    @property
    def channel(self) -> Channel:
        return self.found.channel


def ask(connection: sa.Connection, found: Found, now: datetime, rules: Rules) -> Stop | None:
    """Return what stops this delivery, or None. Its channel must be locked."""
    case = _Case(connection, found, now, rules)
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
    reason = is_channel_frozen(case.connection, case.channel.id)
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
    limits = (
        (_limit(case, "max_per_hour", case.rules.per_hour), _HOUR, "an hour"),
        (_limit(case, "max_per_day", case.rules.per_day), _DAY, "a day"),
    )
    recent = _recent(case, _DAY, most=max(limit for limit, _, _ in limits))
    for limit, window, name in limits:
        # The newest comes first: with the one at the limit the window is full.
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


_TWIN = (
    sa.select(delivery.c.id)
    .where(
        delivery.c.channel_id == sa.bindparam("channel"),
        delivery.c.fingerprint == sa.bindparam("fingerprint"),
        in_states(*_MAY_BE_OUT),
        delivery.c.id != sa.bindparam("me"),
        delivery.c.deleted_at.is_(None),
        sa.or_(delivery.c.published_at.is_(None), delivery.c.published_at > sa.bindparam("since")),
    )
    .limit(1)
)


def _find_twin(case: _Case) -> int | None:
    twin: int | None = case.connection.execute(
        _TWIN,
        {
            "channel": case.channel.id,
            "fingerprint": case.found.fingerprint,
            "me": case.delivery.id,
            "since": case.now - case.rules.twin_window,
        },
    ).scalar_one_or_none()
    return twin


def _limit(case: _Case, name: str, default: int) -> int:
    return int(case.channel.settings.get(name, default))


_MINE = delivery.c.channel_id == sa.bindparam("channel")
_SINCE: sa.BindParameter[datetime] = sa.bindparam("since")
_RECENT = (
    sa.union_all(
        sa.select(delivery.c.published_at.label("at")).where(
            _MINE, delivery.c.published_at > _SINCE
        ),
        sa.select(delivery.c.frozen_at.label("at")).where(
            _MINE,
            in_states(*IN_HAND),
            delivery.c.state != State.CLAIMED,
            delivery.c.frozen_at > _SINCE,
        ),
    )
    .order_by(sa.desc("at"))
    .limit(sa.bindparam("most"))
)


def _recent(case: _Case, window: timedelta, most: int) -> Sequence[datetime]:
    """When the channel's last posts went out, newest first. What may be out counts as out."""
    given = {"channel": case.channel.id, "since": case.now - window, "most": most}
    found: Sequence[datetime] = case.connection.execute(_RECENT, given).scalars().all()
    return found
