"""How the credential of each channel stands: what it may, when it is renewed, when it ends.

The secrets lie sealed in the row of the channel; both change in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from socialpipe.schedule import expiry
from socialpipe.schedule.topics import Topic
from socialpipe.store import trail
from socialpipe.store.channels import BY_HAND
from socialpipe.store.database import Database
from socialpipe.store.schema import channel, channel_event, credential
from socialpipe.store.states import Change
from socialpipe.store.vault import Vault
from socialpipe.store.within import mine, own


@dataclass(frozen=True, slots=True)
class Standing:
    """How a credential stands. `renew_at` is None where nothing renews it."""

    issued_at: datetime
    scopes: tuple[str, ...] | None = None
    expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None
    renew_at: datetime | None = None
    renewing_since: datetime | None = None
    problem: str | None = None

    @property
    def ends_at(self) -> datetime | None:
        """When it is of no use any more, unless a person connects the channel anew."""
        return self.expires_at if self.renew_at is None else self.refresh_expires_at


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened to a channel, when and by whom."""

    at: datetime
    actor: str
    text: str


class Credentials:
    """Keeps credentials, and warns before they end."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def get(self, channel_id: int) -> Standing | None:
        """Return how the credential stands; None: it was given by hand, nothing is known."""
        query = sa.select(credential).where(credential.c.channel_id == channel_id)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
            return None if row is None else _read(row)

    def all(self) -> dict[int, Standing]:
        """Return how every credential stands, by channel."""
        with self._database.read() as connection:
            query = sa.select(credential).where(mine(connection, credential))
            return {row["channel_id"]: _read(row) for row in connection.execute(query).mappings()}

    def events(self, channel_id: int) -> list[Happening]:
        """Return what happened to the channel, oldest first."""
        query = sa.select(channel_event).where(channel_event.c.channel_id == channel_id)
        with self._database.read() as connection:
            own(connection, channel, channel_id)
            rows = connection.execute(query.order_by(channel_event.c.id))
            return [Happening(row.at, row.actor, row.text) for row in rows]

    def replace(
        self, channel_id: int, secrets: Mapping[str, str], found: Standing | None, actor: str
    ) -> None:
        """Put a new credential in the place of the old one; what only lacked one goes on."""
        now = self._database.now()
        fresh: dict[str, Any] = {"session": None, "checked_at": None, "problem": None}
        only = sa.and_(channel.c.id == channel_id, channel.c.pause_reason != BY_HAND)
        with self._database.write() as connection:
            _store(connection, channel_id, secrets=self._vault.seal(dict(secrets)), **fresh)
            awake = sa.update(channel).where(only).values(paused=False, pause_reason=None)
            connection.execute(awake)
            connection.execute(sa.delete(credential).where(credential.c.channel_id == channel_id))
            if found is not None:
                row = {"channel_id": channel_id, **asdict(found)}
                connection.execute(sa.insert(credential).values(row))
            done = Change(now, actor, "connected with a new credential")
            trail.note(connection, channel_id, done)

    def begin(self, channel_id: int, found: Standing) -> None:
        """Watch over a credential that was given by hand."""
        with self._database.write() as connection:
            own(connection, channel, channel_id)
            row = {"channel_id": channel_id, **asdict(found)}
            connection.execute(sa.insert(credential).values(row))

    def forget(self, channel_id: int, actor: str) -> None:
        """Drop the credential and pause the channel; its history stays."""
        with self._database.write() as connection:
            empty = {"secrets": self._vault.seal({}), "session": None}
            _store(connection, channel_id, paused=True, pause_reason="disconnected", **empty)
            connection.execute(sa.delete(credential).where(credential.c.channel_id == channel_id))
            done = Change(self._database.now(), actor, "disconnected")
            trail.note(connection, channel_id, done)

    # ── renewal ────────────────────────────────────────────────────────────────────────────────

    def due(self, limit: int) -> list[int]:
        """Return channels whose credential is to be renewed now."""
        query = sa.select(credential.c.channel_id).where(
            credential.c.renew_at <= self._database.now()
        )
        with self._database.read() as connection:
            return list(connection.scalars(query.order_by(credential.c.renew_at).limit(limit)))

    def intend(self, channel_id: int) -> None:
        """Write down that a renewal goes out, before it does."""
        open_ = (credential.c.channel_id == channel_id, credential.c.renewing_since.is_(None))
        with self._database.write() as connection:
            now = self._database.now()
            connection.execute(sa.update(credential).where(*open_).values(renewing_since=now))

    def renewed(self, channel_id: int, secrets: Mapping[str, str], found: Standing) -> None:
        """Keep what the network gave, and that nothing is under way any more."""
        sealed = self._vault.seal(dict(secrets))
        with self._database.write() as connection:
            _store(connection, channel_id, secrets=sealed)
            _stand(connection, channel_id, **asdict(found), warned=None)

    def postpone(self, channel_id: int, until: datetime, *, unsent: bool) -> None:
        """Try the renewal again later; `unsent`: it never reached the network."""
        values: dict[str, Any] = {"renewing_since": None} if unsent else {}
        with self._database.write() as connection:
            _stand(connection, channel_id, renew_at=until, **values)

    def lost(self, channel_id: int, problem: str, actor: str) -> None:
        """Keep that nothing renews the credential any more, and tell people."""
        now = self._database.now()
        with self._database.write() as connection:
            _stand(connection, channel_id, renew_at=None, renewing_since=None, problem=problem)
            change = Change(now, actor, problem, topic=Topic.DISCONNECTED)
            trail.note(connection, channel_id, change)

    # ── warnings ───────────────────────────────────────────────────────────────────────────────

    def warn(self, actor: str) -> int:
        """Tell people of credentials that end soon, once for each lead; return of how many."""
        now = self._database.now()
        query = sa.select(credential, channel.c.name, channel.c.platform).join(channel)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        due = [row["channel_id"] for row in rows if _lead(row, now) is not None]
        if not due:  # as nearly always: nobody is to be kept from writing
            return 0
        query = query.where(credential.c.channel_id.in_(due)).with_for_update(of=credential)
        with self._database.write() as connection:
            rows = connection.execute(query).mappings().all()
            return sum(_warn(connection, row, now, actor) for row in rows)


def _lead(row: sa.RowMapping, now: datetime) -> int | None:
    """Name the warning that is due and was not given yet."""
    ends_at = _read(row).ends_at
    lead = expiry.lead(ends_at, now) if ends_at else None
    known = lead is not None and row["warned"] is not None and row["warned"] <= lead
    return None if known else lead


def _warn(connection: sa.Connection, row: sa.RowMapping, now: datetime, actor: str) -> bool:
    ends_at, lead = _read(row).ends_at, _lead(row, now)
    if ends_at is None or lead is None:
        return False
    channel_id = row["channel_id"]
    text = (
        f"The credential of channel {row['name']} {expiry.left(ends_at, now)} "
        f"({ends_at:%Y-%m-%d %H:%M} UTC). "
        f"Connect it anew: socialpipe channel connect {row['platform']} {row['name']}"
    )
    _stand(connection, channel_id, warned=lead)
    trail.note(connection, channel_id, Change(now, actor, text, topic=Topic.EXPIRING))
    return True


def _read(row: sa.RowMapping) -> Standing:
    same = ("issued_at", "expires_at", "refresh_expires_at", "renew_at", "renewing_since")
    scopes = None if row["scopes"] is None else tuple(row["scopes"])
    return Standing(**{name: row[name] for name in same}, scopes=scopes, problem=row["problem"])


def _store(connection: sa.Connection, channel_id: int, **values: Any) -> None:
    own(connection, channel, channel_id)
    connection.execute(sa.update(channel).where(channel.c.id == channel_id).values(values))


def _stand(connection: sa.Connection, channel_id: int, **values: Any) -> None:
    query = sa.update(credential).where(credential.c.channel_id == channel_id)
    connection.execute(query.values(values))
