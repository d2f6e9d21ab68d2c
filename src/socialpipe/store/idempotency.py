"""Calls with an Idempotency-Key: done once, answered alike each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from socialpipe.errors import Refused
from socialpipe.model import Json
from socialpipe.store.database import Database
from socialpipe.store.schema import call
from socialpipe.store.vault import Vault
from socialpipe.store.within import owner

LIFE = timedelta(hours=24)  # of an answer


class OtherBodyError(Refused):
    """The key belongs to another request."""


class UnderWayError(Refused):
    """The first call with the key has not ended, or died on the way."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a program asks for, and under which key."""

    caller: str
    route: str
    key: str
    digest: str


class Idempotency:
    """Remembers calls and their answers."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def begin(self, asked: Call) -> Json | None:
        """Let a first call through (None), or return what it was answered before.

        Raises OtherBodyError for a key of another request, UnderWayError while nobody knows what
        came of the first call. Such a key stays: to do it again could do it twice.
        """
        now = self._database.now()
        with self._database.write() as connection:
            connection.execute(sa.delete(call).where(call.c.created_at <= now - LIFE))
            insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
            row = {name: getattr(asked, name) for name in Call.__slots__}
            row |= {"workspace_id": owner(connection), "created_at": now}
            query = insert(call).values(row).on_conflict_do_nothing().returning(call.c.id)
            if connection.execute(query).scalar_one_or_none() is not None:
                return None
            found = connection.execute(sa.select(call).where(*_same(asked))).one_or_none()
        if found is not None and found.digest != asked.digest:
            raise OtherBodyError(
                f"The key {asked.key!r} belongs to another request.", "Use a new key."
            )
        if found is None or found.answer is None:
            raise UnderWayError(
                f"The first call with the key {asked.key!r} has not ended.",
                "Wait. If it never ends, look whether it was done, and use a new key if not.",
            )
        return self._vault.open(found.answer)

    def finish(self, asked: Call, answer: Json) -> None:
        """Keep the answer for whoever asks again."""
        with self._database.write() as connection:
            query = sa.update(call).where(*_same(asked))
            connection.execute(query.values(answer=self._vault.seal(answer)))

    def release(self, asked: Call) -> None:
        """Forget a call that was refused: nothing was done."""
        with self._database.write() as connection:
            connection.execute(sa.delete(call).where(*_same(asked), call.c.answer.is_(None)))


def _same(asked: Call) -> tuple[sa.ColumnElement[bool], ...]:
    return call.c.caller == asked.caller, call.c.route == asked.route, call.c.key == asked.key
