"""Hooks: addresses that are told what happens, and the messages that wait for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from socialpipe.errors import NotFound, Refused
from socialpipe.schedule.topics import Topic
from socialpipe.store.database import Database
from socialpipe.store.schema import hook, message
from socialpipe.store.vault import Vault
from socialpipe.store.within import mine, own, owner


class MessageState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class Hook:
    """An address, and the topics it listens to. The secret stays in the store."""

    id: int
    url: str
    topics: tuple[Topic, ...]
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """One piece of news for one hook: the same bytes at every try."""

    id: int
    hook_id: int
    delivery_id: int | None  # None: it is about a channel
    topic: Topic
    key: str
    body: str
    state: MessageState
    attempt: int
    since: datetime
    due_at: datetime
    answer: str | None


class Hooks:
    """Adds and removes hooks; hands out their messages and keeps what came of them."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def add(self, url: str, topics: Iterable[Topic], secret: str) -> Hook:
        """Store a hook; it is told what happens from now on."""
        row = {
            "url": url,
            "topics": sorted(topics),
            "secret": self._vault.seal({"secret": secret}),
            "created_at": self._database.now(),
        }
        with self._database.write() as connection:
            query = sa.insert(hook).values(**row, workspace_id=owner(connection))
            key = connection.execute(query.returning(hook.c.id)).scalar_one()
        return self.get(key)

    def all(self) -> list[Hook]:
        """Return every hook, oldest first."""
        with self._database.read() as connection:
            query = sa.select(hook).where(mine(connection, hook)).order_by(hook.c.id)
            return [_to_hook(row) for row in connection.execute(query).mappings()]

    def get(self, hook_id: int) -> Hook:
        """Find one.

        Raises NotFound.
        """
        with self._database.read() as connection:
            query = sa.select(hook).where(hook.c.id == hook_id, mine(connection, hook))
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFound(f"There is no hook {hook_id}.", "List them: socialpipe hook list")
        return _to_hook(row)

    def secret(self, hook_id: int) -> str:
        """Return the signing secret, decrypted."""
        with self._database.read() as connection:
            own(connection, hook, hook_id)
            query = sa.select(hook.c.secret).where(hook.c.id == hook_id)
            sealed = connection.execute(query).scalar_one()
        secret: str = self._vault.open(sealed)["secret"]
        return secret

    def remove(self, hook_id: int) -> None:
        """Forget a hook, and what it was or would have been told."""
        with self._database.write() as connection:
            own(connection, hook, hook_id)
            connection.execute(sa.delete(message).where(message.c.hook_id == hook_id))
            connection.execute(sa.delete(hook).where(hook.c.id == hook_id))

    def enable(self, hook_id: int) -> None:
        """Tell it again what happens, and first what has waited."""
        now = self._database.now()
        with self._database.write() as connection:
            own(connection, hook, hook_id)
            connection.execute(
                sa.update(hook)
                .where(hook.c.id == hook_id)
                .values(disabled_at=None, failing_since=None, note=None)
            )
            connection.execute(
                sa.update(message)
                .where(message.c.hook_id == hook_id, message.c.state == MessageState.WAITING)
                .values(attempt=0, since=now, due_at=now)
            )

    def messages(self, hook_id: int | None = None, limit: int = 100) -> list[Message]:
        """Return messages, the newest first."""
        query = sa.select(message).order_by(message.c.id.desc()).limit(limit)
        if hook_id is not None:
            query = query.where(message.c.hook_id == hook_id)
        with self._database.read() as connection:
            query = query.where(mine(connection, message))
            return [_to_message(row) for row in connection.execute(query).mappings()]

    def replay(self, message_id: int) -> None:
        """Send a message once more, under the same key.

        Raises NotFound, or Refused when its hook is disabled.
        """
        now = self._database.now()
        with self._database.write() as connection:
            query = sa.select(hook.c.id, hook.c.disabled_at).join(message)
            which = (message.c.id == message_id, mine(connection, hook))
            row = connection.execute(query.where(*which)).one_or_none()
            if row is None:
                raise NotFound(
                    f"There is no message {message_id}.", "List them: socialpipe hook deliveries"
                )
            if row.disabled_at is not None:
                raise Refused(
                    f"Hook {row.id} is disabled.", f"First: socialpipe hook enable {row.id}"
                )
            again = {"state": MessageState.WAITING, "attempt": 0, "since": now, "due_at": now}
            connection.execute(sa.update(message).where(message.c.id == message_id).values(again))

    def ready(self) -> list[int]:
        """Return the hooks for which a message is due."""
        with self._database.read() as connection:
            return list(connection.scalars(_READY, {"now": self._database.now()}))

    def take(self, hook_id: int, lease: timedelta) -> Message | None:
        """Take the message to send next; nobody else has it for the time of `lease`."""
        now = self._database.now()
        with self._database.write() as connection:
            key = connection.execute(_NEXT, {"hook": hook_id, "now": now}).scalar_one_or_none()
            if key is None:
                return None
            taken = connection.execute(
                sa.update(message)
                .where(message.c.id == key)
                .values(due_at=now + lease, attempt=message.c.attempt + 1)
                .returning(message)
            )
            return _to_message(taken.mappings().one())

    def accepted(self, sent: Message, answer: str) -> None:
        """Close a message; its hook is well."""
        with self._database.write() as connection:
            values = {"state": MessageState.ACCEPTED, "answer": answer}
            connection.execute(_still(sent).values(values))
            connection.execute(
                sa.update(hook).where(hook.c.id == sent.hook_id).values(failing_since=None)
            )

    def refused(self, sent: Message, answer: str, again_at: datetime | None) -> datetime:
        """Put a message back until `again_at`, or give it up; return since when its hook fails."""
        now = self._database.now()
        closed = {"state": MessageState.GIVEN_UP} if again_at is None else {"due_at": again_at}
        with self._database.write() as connection:
            connection.execute(_still(sent).values(answer=answer, **closed))
            first = (hook.c.id == sent.hook_id, hook.c.failing_since.is_(None))
            connection.execute(sa.update(hook).where(*first).values(failing_since=now))
            query = sa.select(hook.c.failing_since).where(hook.c.id == sent.hook_id)
            since: datetime | None = connection.execute(query).scalar_one_or_none()
            return since or now  # it was removed meanwhile

    def disable(self, hook_id: int, note: str) -> None:
        """Tell it nothing more, until a person enables it."""
        with self._database.write() as connection:
            working = (hook.c.id == hook_id, hook.c.disabled_at.is_(None))
            values = {"disabled_at": self._database.now(), "note": note}
            connection.execute(sa.update(hook).where(*working).values(values))

    def forget(self, before: datetime) -> int:
        """Delete finished messages from before that time; return how many."""
        with self._database.write() as connection:
            words: list[sa.ColumnElement[str]] = [
                sa.literal_column(f"'{state}'") for state in ("accepted", "given up")
            ]
            old = (message.c.state.in_(words), message.c.since < before)
            return connection.execute(sa.delete(message).where(*old)).rowcount


def _is_due() -> tuple[sa.ColumnElement[bool], ...]:
    """Due, of a hook that works, and no earlier message of the same delivery waits."""
    waiting = message.c.state == sa.literal_column("'waiting'")  # as the indexes have it
    earlier = message.alias()
    blocked = sa.exists().where(
        earlier.c.hook_id == message.c.hook_id,
        earlier.c.delivery_id == message.c.delivery_id,
        earlier.c.state == sa.literal_column("'waiting'"),
        earlier.c.id < message.c.id,
    )
    works = sa.exists().where(hook.c.id == message.c.hook_id, hook.c.disabled_at.is_(None))
    return waiting, message.c.due_at <= _NOW, works, ~blocked


_NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=message.c.due_at.type)
_DUE = _is_due()  # built once: the outbox is looked into every second
_READY = sa.select(message.c.hook_id).where(*_DUE).distinct().order_by(message.c.hook_id)
_NEXT = (
    sa.select(message.c.id)
    .where(message.c.hook_id == sa.bindparam("hook"), *_DUE)
    .order_by(message.c.due_at, message.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)


def _still(sent: Message) -> sa.Update:
    """Change a message unless it was replayed, or taken by another keeper, meanwhile."""
    return sa.update(message).where(
        message.c.id == sent.id,
        message.c.attempt == sent.attempt,
        message.c.since == sent.since,
    )


def _to_hook(row: sa.RowMapping) -> Hook:
    same = ("id", "url", "created_at", "failing_since", "disabled_at", "note")
    topics = tuple(Topic(name) for name in row["topics"])
    return Hook(**{name: row[name] for name in same}, topics=topics)


def _to_message(row: sa.RowMapping) -> Message:
    same = ("id", "hook_id", "delivery_id", "key", "body", "attempt", "since", "due_at", "answer")
    state, topic = MessageState(row["state"]), Topic(row["topic"])
    return Message(**{name: row[name] for name in same}, state=state, topic=topic)
