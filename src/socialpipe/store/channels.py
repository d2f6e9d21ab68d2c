"""Channels: connected accounts and their sealed credentials."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from socialpipe.errors import NotFound, NotSent, Refused, UsageError
from socialpipe.model import Channel, Json
from socialpipe.schedule.topics import Topic
from socialpipe.store import trail
from socialpipe.store.database import Database
from socialpipe.store.rows import to_channel
from socialpipe.store.schema import (
    channel,
    channel_event,
    credential,
    delivery,
    evergreen,
    feed,
    feed_channel,
    recurrence,
)
from socialpipe.store.states import Change
from socialpipe.store.vault import Vault
from socialpipe.store.within import mine, own, owner

BY_HAND = "paused by hand"  # every other pause ends when the channel is connected anew
_RENEWAL = timedelta(seconds=90)  # longer than a login call takes, and to keep its answer
_RENEWAL_POLL = 0.05  # s

_SEALED = sa.select(channel.c.secrets).where(channel.c.id == sa.bindparam("key"))
_SESSION = sa.select(channel.c.session).where(channel.c.id == sa.bindparam("key"))
_USERS = (delivery, recurrence, evergreen)


class Channels:
    """Adds, finds, pauses and removes channels."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def add(
        self,
        name: str,
        platform: str,
        *,
        api_base: str | None,
        settings: Mapping[str, str],
        secrets: Mapping[str, str],
        timezone: str,
    ) -> Channel:
        """Store a channel.

        Raises UsageError when the name is taken.
        """
        row = {
            "name": name,
            "platform": platform,
            "api_base": api_base,
            "settings": dict(settings),
            "secrets": self._vault.seal(dict(secrets)),
            "timezone": timezone,
            "created_at": self._database.now(),
        }
        try:
            with self._database.write() as connection:
                query = sa.insert(channel).values(**row, workspace_id=owner(connection))
                connection.execute(query)
        except IntegrityError:
            raise UsageError(
                f"There is a channel named {name!r} already.",
                f"Take another name, or remove it first: socialpipe channel remove {name}",
            ) from None
        return self.get(name)

    def get(self, name: str) -> Channel:
        """Find a channel by name.

        Raises NotFound, naming those that exist.
        """
        for found in self.all():
            if found.name == name:
                return found
        names = ", ".join(found.name for found in self.all()) or "none so far"
        raise NotFound(
            f"There is no channel {name!r} (there are: {names}).",
            "Add one: socialpipe channel add PLATFORM NAME …",
        )

    def by_id(self, channel_id: int) -> Channel:
        """Find a channel that a delivery names.

        Raises NotFound.
        """
        return to_channel(self._row(channel_id))

    def paced(self, channel_id: int) -> tuple[Channel, datetime | None]:
        """Find one, and until when it keeps a distance to its last post.

        Raises NotFound.
        """
        row = self._row(channel_id)
        return to_channel(row), row["not_before"]

    def all(self) -> list[Channel]:
        """Return every channel, by name."""
        return self._found(sa.true())

    def some(self, ids: Iterable[int]) -> list[Channel]:
        """Return those of the channels that are there, by name."""
        return self._found(channel.c.id.in_(tuple(ids)))

    def pause(self, channel_id: int, reason: str) -> None:
        """Stop handing out work for the channel; its deliveries wait."""
        self._set(channel_id, paused=True, pause_reason=reason)

    def refused(self, channel_id: int, why: str, actor: str) -> None:
        """Pause a channel whose network does not take its credential, and tell people once."""
        now = self._database.now()
        with self._database.write() as connection:
            # Who paused it by hand wants it to stay so, with any credential.
            open_ = sa.or_(~channel.c.paused, channel.c.pause_reason != BY_HAND)
            paused = sa.update(channel).where(channel.c.id == channel_id, open_)
            connection.execute(paused.values(paused=True, pause_reason=why))
            change = Change(now, actor, why, topic=Topic.DISCONNECTED)
            trail.note(connection, channel_id, change)

    def resume(self, channel_id: int) -> None:
        """Hand out work for the channel again."""
        self._set(channel_id, paused=False, pause_reason=None, checked_at=None)
        warned = (delivery.c.channel_id == channel_id, delivery.c.warnings.is_not(sa.null()))
        with self._database.write() as connection:  # look again whether the cause is mended
            own(connection, channel, channel_id)
            connection.execute(sa.update(delivery).where(*warned).values(checked_at=None))

    def keep_limits(self, channel_id: int, limits: Mapping[str, int]) -> None:
        """Remember what the channel's server tells of its own limits, by field of Limits."""
        self._set(channel_id, limits=dict(limits), limits_at=self._database.now())

    def configure(
        self,
        found: Channel,
        settings: Mapping[str, str],
        timezone: str,
        api_base: str | None = None,
    ) -> None:
        """Replace the settings and the time zone of a channel, and its server if one is given."""
        base = {} if api_base is None else {"api_base": api_base}
        self._set(found.id, settings=dict(settings), timezone=timezone, **base)

    def refuse_if_used(self, found: Channel) -> None:
        """Raise what `remove` would raise."""
        with self._database.read() as connection:
            _refuse_if_used(connection, found)

    def remove(self, found: Channel) -> None:
        """Forget a channel and its credentials.

        Raises Refused when deliveries refer to it, whose history must stay readable, or when rules,
        evergreen posts or feeds that are watched do.
        """
        with self._database.write() as connection:
            own(connection, channel, found.id)
            _refuse_if_used(connection, found)
            for table in (credential, channel_event, feed_channel):
                connection.execute(sa.delete(table).where(table.c.channel_id == found.id))
            connection.execute(sa.delete(channel).where(channel.c.id == found.id))

    def secrets(self, channel_id: int) -> dict[str, str]:
        """Return the credentials, decrypted."""
        with self._database.read() as connection:
            own(connection, channel, channel_id)
            sealed = connection.execute(_SEALED, {"key": channel_id}).scalar_one()
        return self._vault.open(sealed)

    def check_secrets(self) -> None:
        """Open the credentials of every channel.

        Raises UsageError when the key is another one.
        """
        with self._database.read() as connection:
            query = sa.select(channel.c.secrets).where(mine(connection, channel))
            for sealed in connection.execute(query).scalars():
                self._vault.open(sealed)

    def session(self, channel_id: int) -> ChannelSession:
        """Return the channel's cache for short-lived tokens."""
        return ChannelSession(self._database, self._vault, channel_id)

    def _row(self, channel_id: int) -> sa.RowMapping:
        with self._database.read() as connection:
            query = sa.select(channel).where(channel.c.id == channel_id, mine(connection, channel))
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFound(f"There is no channel {channel_id}.", "socialpipe channel list")
        return row

    def _found(self, which: sa.ColumnElement[bool]) -> list[Channel]:
        with self._database.read() as connection:
            query = sa.select(channel).where(which, mine(connection, channel))
            rows = connection.execute(query.order_by(channel.c.name)).mappings()
            return [to_channel(row) for row in rows]

    def _set(self, channel_id: int, **values: object) -> None:
        with self._database.write() as connection:
            own(connection, channel, channel_id)
            connection.execute(sa.update(channel).where(channel.c.id == channel_id).values(values))


def _refuse_if_used(connection: sa.Connection, found: Channel) -> None:
    used = sum(_count(connection, table, found.id) for table in _USERS)
    if used:
        raise Refused(
            f"Channel {found.name!r} has {used} deliveries, rules or evergreen posts; "
            "their history would be lost.",
            f"Pause it instead: socialpipe channel pause {found.name} (or, to end its credential: "
            f"socialpipe channel disconnect {found.name})",
        )
    watched = sa.select(feed.c.id).join(feed_channel).where(feed.c.stopped_at.is_(None))
    query = watched.where(feed_channel.c.channel_id == found.id).limit(1)
    fed = connection.execute(query).scalar_one_or_none()
    if fed is not None:
        raise Refused(
            f"Feed {fed} fills channel {found.name!r}.",
            f"Stop it first: socialpipe feed stop {fed}",
        )


def _count(connection: sa.Connection, table: sa.Table, channel_id: int) -> int:
    query = sa.select(sa.func.count()).where(table.c.channel_id == channel_id)
    count: int = connection.execute(query).scalar_one()
    return count


class ChannelSession:
    """Short-lived tokens of one channel, sealed; every worker sees the same."""

    def __init__(self, database: Database, vault: Vault, channel_id: int) -> None:
        self._database = database
        self._vault = vault
        self._channel_id = channel_id

    def load(self) -> Json | None:
        """Return what was saved last."""
        with self._database.read() as connection:
            sealed = connection.execute(_SESSION, {"key": self._channel_id}).scalar_one()
        return None if sealed is None else self._vault.open(sealed)

    def save(self, value: Json) -> None:
        """Replace what was saved."""
        sealed = self._vault.seal(value)
        with self._database.write() as connection:
            connection.execute(
                sa.update(channel).where(channel.c.id == self._channel_id).values(session=sealed)
            )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one on any machine to renew these tokens; waits for whoever does.

        Raises NotSent when the other one does not finish.
        """
        me = uuid.uuid4().hex
        deadline = time.monotonic() + 2 * _RENEWAL.total_seconds()
        while not self._seize(me):
            if time.monotonic() > deadline:
                raise NotSent("Another worker is renewing the session and does not finish.")
            time.sleep(_RENEWAL_POLL)
        try:
            yield
        finally:
            self._set(me, renewer=None, renewer_until=None)

    def _seize(self, me: str) -> bool:
        now = self._database.now()
        free = sa.or_(channel.c.renewer_until.is_(None), channel.c.renewer_until < now)
        return self._set(None, free, renewer=me, renewer_until=now + _RENEWAL)

    def _set(
        self, holder: str | None, *conditions: sa.ColumnElement[bool], **values: object
    ) -> bool:
        mine = (channel.c.renewer == holder,) if holder else ()
        query = sa.update(channel).where(channel.c.id == self._channel_id, *conditions, *mine)
        with self._database.write() as connection:
            return connection.execute(query.values(values)).rowcount == 1
