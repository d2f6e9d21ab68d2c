"""Threads that share a transaction: who goes on, and who hears of whose failure."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from socialpipe.errors import TryAgain
from socialpipe.store import group_commit
from socialpipe.store.database import Database


class Bench:
    """A table, a look at what is on disk, and a count of commits."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = Database(f"sqlite:///{path}")
        self.commits = 0
        sa.event.listen(self.database.engine, "commit", self._count)
        self.write("CREATE TABLE number (n INTEGER PRIMARY KEY)")
        self.commits = 0

    def _count(self, _: object) -> None:
        self.commits += 1

    def write(self, statement: str) -> None:
        with self.database.write() as connection:
            connection.exec_driver_sql(statement)

    def add(self, n: int) -> None:
        self.write(f"INSERT INTO number VALUES ({n})")

    def on_disk(self) -> set[int]:
        other = sqlite3.connect(self.path)
        try:
            return {n for (n,) in other.execute("SELECT n FROM number")}
        finally:
            other.close()

    def together(self, *works: Callable[[], None]) -> list[BaseException | None]:
        """Run all of them while the turn is taken, so that they form one group."""
        blocked, go = threading.Event(), threading.Event()

        def block() -> None:
            with self.database.write():
                blocked.set()
                go.wait(10)

        def run(work: Callable[[], None]) -> BaseException | None:
            try:
                work()
            except (KeyError, TryAgain) as error:
                return error
            return None

        with ThreadPoolExecutor(len(works) + 1) as pool:
            first = pool.submit(block)
            blocked.wait(10)
            others = [pool.submit(run, work) for work in works]
            time.sleep(0.3)
            go.set()
            first.exception()  # it is a member too
            return [other.result() for other in others]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench whose groups wait for everybody."""
    monkeypatch.setattr(group_commit, "_LONGEST", 60.0)
    return Bench(tmp_path / "group.db")


def test_many_writers_share_commits_and_each_finds_its_own_on_disk(bench: Bench) -> None:
    def add(n: int) -> bool:
        bench.add(n)
        return n in bench.on_disk()

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(add, range(200)))
    assert bench.commits < 200
    assert bench.on_disk() == set(range(200))


def test_nobody_goes_on_before_the_commit(bench: Bench) -> None:
    seen: list[set[int]] = []

    def add(n: int) -> None:
        bench.add(n)
        seen.append(bench.on_disk())

    assert bench.together(*(partial(add, n) for n in range(8))) == [None] * 8
    assert seen == [set(range(8))] * 8
    assert bench.commits == 1


def test_a_group_that_was_open_for_long_takes_nobody_else(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the other processes, which publish, would wait for all that is written in this one."""
    monkeypatch.setattr(group_commit, "_LONGEST", 0.01)
    assert bench.together(lambda: bench.add(1)) == [None]
    assert bench.commits == 2


def test_failure_undoes_one_share_only(bench: Bench) -> None:
    def fail() -> None:
        with bench.database.write() as connection:
            connection.exec_driver_sql("INSERT INTO number VALUES (100)")
            raise KeyError

    outcomes = bench.together(lambda: bench.add(1), fail, lambda: bench.add(2))
    assert [type(outcome) for outcome in outcomes] == [type(None), KeyError, type(None)]
    assert bench.on_disk() == {1, 2}


def test_group_that_is_lost_is_lost_for_all_its_members(bench: Bench) -> None:
    """A full disk ends the whole transaction in SQLite, and with it what others put into it."""

    def lose() -> None:
        with bench.database.write() as connection:
            connection.exec_driver_sql("INSERT INTO number VALUES (100)")
            connection.exec_driver_sql("ROLLBACK")
            raise KeyError

    outcomes = bench.together(lambda: bench.add(1), lose, lambda: bench.add(2))
    kept = {n for n, outcome in zip((1, 100, 2), outcomes, strict=True) if outcome is None}
    assert bench.on_disk() == kept
    assert isinstance(outcomes[1], KeyError)
    assert {type(outcome) for outcome in outcomes} <= {type(None), KeyError, TryAgain}
    bench.add(3)
    assert 3 in bench.on_disk()


def test_refused_commit_is_told_to_all(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(bench.database.engine.dialect, "do_commit", refuse)
    outcomes = bench.together(lambda: bench.add(1), lambda: bench.add(2))
    assert [type(outcome) for outcome in outcomes] == [TryAgain, TryAgain]
    monkeypatch.undo()
    assert bench.on_disk() == set()
    bench.add(3)
    assert bench.on_disk() == {3}
