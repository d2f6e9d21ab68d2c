"""The freeze: one switch that stops every new publication, everywhere."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from socialpipe.store.database import Database
from socialpipe.store.schema import switch

_FREEZE = "freeze"
_REASON = sa.select(switch.c.reason).where(switch.c.name == _FREEZE)


class Switches:
    """Freezes and unfreezes publishing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def freeze(self, actor: str, reason: str) -> None:
        """Let nothing new go out; what is being sent this moment is finished."""
        now = self._database.now()
        with self._database.write() as connection:
            set_freeze(connection, now, actor, reason)

    def unfreeze(self) -> bool:
        """Let posts go out again, late ones paced; False: nothing was frozen."""
        with self._database.write() as connection:
            gone = connection.execute(sa.delete(switch).where(switch.c.name == _FREEZE))
            return gone.rowcount > 0

    def frozen(self) -> str | None:
        """Return who froze publishing and why, or None."""
        with self._database.read() as connection:
            row = connection.execute(
                sa.select(switch.c.actor, switch.c.reason).where(switch.c.name == _FREEZE)
            ).one_or_none()
        return None if row is None else f"{row.reason} ({row.actor})"


def set_freeze(connection: sa.Connection, now: datetime, actor: str, reason: str) -> None:
    """Freeze as part of this transaction."""
    connection.execute(sa.delete(switch).where(switch.c.name == _FREEZE))
    connection.execute(
        sa.insert(switch).values(name=_FREEZE, since=now, actor=actor, reason=reason)
    )


def is_frozen(connection: sa.Connection) -> str | None:
    """Return the reason of the freeze, as seen by this transaction."""
    reason: str | None = connection.execute(_REASON).scalar_one_or_none()
    return reason
