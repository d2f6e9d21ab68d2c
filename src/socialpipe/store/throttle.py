"""Guessing made slow: after some failures, each further one costs twice the wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from socialpipe.errors import TryAgain
from socialpipe.store.database import Database
from socialpipe.store.schema import throttle
from socialpipe.store.tokens import hashed

_FIRST = timedelta(seconds=15)
_LONGEST = timedelta(minutes=15)
_FORGET = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Rule:
    """What is counted together, and how many failures are free."""

    key: str
    free: int


def rules(account: str, address: str) -> tuple[Rule, ...]:
    """Count by account and address, by address (many accounts), by account (many addresses)."""
    who = account.strip().lower()
    return (
        Rule(f"both {address} {who}", 5),
        Rule(f"address {address}", 30),
        Rule(f"account {who}", 60),
    )


class Throttle:
    """Counts failures, in SQL: every process counts the same."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check(self, counted: tuple[Rule, ...]) -> None:
        """Let a try through.

        Raises TryAgain when it comes too early.
        """
        now = self._database.now()
        free = {hashed(rule.key): rule.free for rule in counted}
        query = sa.select(throttle).where(
            throttle.c.key.in_(free), throttle.c.last_at > now - _FORGET
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        until = max((row.last_at + wait(row.failures, free[row.key]) for row in rows), default=now)
        if until > now:
            seconds = int((until - now).total_seconds()) + 1
            raise TryAgain("Too many tries failed.", f"Wait {seconds} seconds, then try again.")

    def failed(self, counted: tuple[Rule, ...]) -> None:
        """Count a failure."""
        now = self._database.now()
        with self._database.write() as connection:
            for key in sorted(hashed(rule.key) for rule in counted):
                _count(connection, key, now)

    def succeeded(self, counted: tuple[Rule, ...]) -> None:
        """Forget the failures of this person at this address; others' stand."""
        with self._database.write() as connection:
            mine = throttle.c.key == hashed(counted[0].key)
            connection.execute(sa.delete(throttle).where(mine))


def wait(failures: int, free: int) -> timedelta:
    """Return how long the next try must wait."""
    over = failures - free
    return timedelta(0) if over < 0 else min(_LONGEST, _FIRST * 2 ** min(over, 10))


def _count(connection: sa.Connection, key: str, now: datetime) -> None:
    """Count one more, in one statement: two processes may count the same at once."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    more = sa.case((throttle.c.last_at > now - _FORGET, throttle.c.failures + 1), else_=1)
    query = insert(throttle).values(key=key, failures=1, last_at=now)
    query = query.on_conflict_do_update(
        index_elements=[throttle.c.key], set_={"failures": more, "last_at": now}
    )
    connection.execute(query)
