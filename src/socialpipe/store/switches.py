"""The freeze: a switch that stops every new publication, everywhere or in one workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from socialpipe.store.database import Database
from socialpipe.store.schema import channel, switch

_FREEZE = "freeze"
_REASON = sa.select(switch.c.reason).where(switch.c.name == _FREEZE)


class Switches:
    """Freezes and unfreezes the workspace that the store is opened within, else everything."""

    def __init__(self, database: Database) -> None:
        self._database = database
        within = database.workspace_id
        self._name = _FREEZE if within is None else f"{_FREEZE} {within}"

    def freeze(self, actor: str, reason: str) -> None:
        """Let nothing new go out; what is being sent this moment is finished."""
        now = self._database.now()
        with self._database.write() as connection:
            set_freeze(connection, now, actor, reason, self._name)

    def unfreeze(self) -> bool:
        """Let posts go out again, late ones paced; False: nothing was frozen."""
        with self._database.write() as connection:
            gone = connection.execute(sa.delete(switch).where(switch.c.name == self._name))
            return gone.rowcount > 0

    def frozen(self) -> str | None:
        """Return who froze publishing, here or everywhere, and why; or None."""
        query = sa.select(switch.c.actor, switch.c.reason).order_by(switch.c.name).limit(1)
        with self._database.read() as connection:
            names = switch.c.name.in_({_FREEZE, self._name})
            row = connection.execute(query.where(names)).one_or_none()
        return None if row is None else f"{row.reason} ({row.actor})"


def set_freeze(
    connection: sa.Connection, now: datetime, actor: str, reason: str, name: str = _FREEZE
) -> None:
    """Freeze as part of this transaction; without a name, everywhere."""
    connection.execute(sa.delete(switch).where(switch.c.name == name))
    connection.execute(sa.insert(switch).values(name=name, since=now, actor=actor, reason=reason))


def is_frozen(connection: sa.Connection) -> str | None:
    """Return the reason of the freeze of everything, as seen by this transaction."""
    reason: str | None = connection.execute(_REASON).scalar_one_or_none()
    return reason


def frozen_channels(connection: sa.Connection, channels: Sequence[int]) -> dict[int, str]:
    """Return the reason of a freeze, here or everywhere, for each channel that one holds."""
    rows = connection.execute(_FROZEN, {"channels": channels})
    return {row.id: row.reason for row in rows}


def held_channels(connection: sa.Connection, channels: Sequence[int]) -> dict[int, str]:
    """Return why nothing may go out now on those channels that are paused, or held by a freeze."""
    return {
        row.id: f"everything is frozen: {row.reason}"
        if row.reason is not None
        else f"the channel is paused: {row.pause_reason}"
        for row in connection.execute(_HELD, {"channels": channels})
    }


def freezes(workspace_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Say which switch holds the posts of a workspace."""
    return switch.c.name == sa.literal(f"{_FREEZE} ") + sa.cast(workspace_id, sa.Text)


_GIVEN = channel.c.id.in_(sa.bindparam("channels", expanding=True))
_FREEZES = sa.or_(switch.c.name == _FREEZE, freezes(channel.c.workspace_id))
_FROZEN = sa.select(channel.c.id, switch.c.reason).join(switch, _FREEZES).where(_GIVEN)
_HELD = (
    sa.select(channel.c.id, channel.c.pause_reason, switch.c.reason)
    .outerjoin(switch, _FREEZES)
    .where(_GIVEN, sa.or_(channel.c.paused, switch.c.name.is_not(None)))
)
