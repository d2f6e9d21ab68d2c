"""What gates ask of channels, read once for several deliveries: freezes, twins, counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from socialpipe.model import State
from socialpipe.store.reading import Found
from socialpipe.store.schema import delivery
from socialpipe.store.states import IN_HAND, in_states
from socialpipe.store.switches import frozen_channels

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_MAY_BE_OUT = (State.PUBLISHED, State.PUBLISHING, State.UNCERTAIN)


class Counts(NamedTuple):
    """How many posts of a channel went out lately, or may have."""

    hour: int
    day: int


@dataclass(frozen=True, slots=True)
class Precedents:
    """What went before, on the channels of several deliveries."""

    frozen: Mapping[int, str]  # channel: why
    twins: Mapping[tuple[int, str], Sequence[Any]]  # channel and fingerprint: who has it too
    counts: Mapping[int, Counts]  # channel: posts


def look_up(connection: sa.Connection, found: Sequence[Found], now: datetime) -> Precedents:
    """Read what the gates ask for; their channels must be locked."""
    channels = sorted({one.channel.id for one in found})
    return Precedents(
        frozen_channels(connection, channels),
        _twins(connection, channels, [one.fingerprint for one in found if one.fingerprint]),
        _counts(connection, channels, now),
    )


def latest(
    connection: sa.Connection, channel_id: int, since: datetime, most: int
) -> Sequence[datetime]:
    """When the channel's last posts went out, newest first. What may be out counts as out."""
    given = {"channels": [channel_id], "since": since, "most": most}
    found: Sequence[datetime] = connection.execute(_LATEST, given).scalars().all()
    return found


def _twins(
    connection: sa.Connection, channels: Sequence[int], fingerprints: Sequence[str]
) -> dict[tuple[int, str], list[Any]]:
    found: dict[tuple[int, str], list[Any]] = {}
    given = {"channels": channels, "fingerprints": fingerprints}
    for row in connection.execute(_TWINS, given):
        found.setdefault((row.channel_id, row.fingerprint), []).append(row)
    return found


def _counts(connection: sa.Connection, channels: Sequence[int], now: datetime) -> dict[int, Counts]:
    given = {"channels": channels, "since": now - DAY, "lately": now - HOUR}
    return {row.channel_id: Counts(row.hour, row.day) for row in connection.execute(_COUNTS, given)}


_OURS = delivery.c.channel_id.in_(sa.bindparam("channels", expanding=True))
_SINCE: sa.BindParameter[datetime] = sa.bindparam("since", type_=delivery.c.due_at.type)
_TWINS = sa.select(
    delivery.c.id, delivery.c.channel_id, delivery.c.fingerprint, delivery.c.published_at
).where(
    _OURS,
    delivery.c.fingerprint.in_(sa.bindparam("fingerprints", expanding=True)),
    in_states(*_MAY_BE_OUT),
    delivery.c.deleted_at.is_(None),
)
_OUT = sa.union_all(
    sa.select(delivery.c.channel_id, delivery.c.published_at.label("at")).where(
        _OURS, delivery.c.published_at > _SINCE
    ),
    sa.select(delivery.c.channel_id, delivery.c.frozen_at.label("at")).where(
        _OURS,
        in_states(*IN_HAND),
        delivery.c.state != State.CLAIMED,
        delivery.c.frozen_at > _SINCE,
    ),
).subquery()
_LATEST = sa.select(_OUT.c.at).order_by(sa.desc(_OUT.c.at)).limit(sa.bindparam("most"))
_LATELY: sa.BindParameter[datetime] = sa.bindparam("lately", type_=delivery.c.due_at.type)
_COUNTS = sa.select(
    _OUT.c.channel_id,
    sa.func.count().label("day"),
    sa.func.count(sa.case((_OUT.c.at > _LATELY, 1))).label("hour"),
).group_by(_OUT.c.channel_id)
