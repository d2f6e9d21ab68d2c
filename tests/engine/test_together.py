"""Reading several things in one transaction: of one moment, for little, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from tests.engine.stage import connect, schedule

from socialpipe.errors import NotFound
from socialpipe.simulator import Simulator
from socialpipe.store import Store


@contextmanager
def transactions(store: Store) -> Iterator[list[Any]]:
    """Note the transactions that begin meanwhile."""
    begun: list[Any] = []

    def note(connection: sa.Connection) -> None:
        begun.append(connection)

    sa.event.listen(store.database.engine, "begin", note)
    try:
        yield begun
    finally:
        sa.event.remove(store.database.engine, "begin", note)


def test_reads_share_one_transaction(store: Store) -> None:
    with transactions(store) as begun, store.database.together(), store.database.together():
        store.channels.all()
        store.switches.frozen()
    assert len(begun) == 1
    with transactions(store) as begun:
        store.channels.all()
        store.switches.frozen()
    assert len(begun) == 2


def test_each_sees_its_own_workspace(store: Store, simulator: Simulator) -> None:
    """A room within another workspace does not lend its eyes to whoever reads around it."""
    channel = connect(store, simulator, "mastodon")
    key = schedule(store, channel, "Hello.", at=store.now() + timedelta(hours=1))
    theirs = store.within(store.workspaces.add("other").id)
    with store.database.together():
        with store.database.read() as connection:
            seen = connection.get_execution_options()
            with pytest.raises(NotFound):
                theirs.deliveries.get(key)
            assert connection.get_execution_options() == seen
        assert store.deliveries.get(key).id == key
        assert theirs.channels.all() == []


def test_other_threads_read_for_themselves(store: Store) -> None:
    """A connection is for one thread at a time."""
    with transactions(store) as begun, store.database.together():
        store.channels.all()
        other = Thread(target=store.channels.all)
        other.start()
        other.join(60)
    assert len(begun) == 2


def test_what_was_shared_is_given_back(store: Store) -> None:
    with pytest.raises(NotFound), store.database.together():
        store.deliveries.get(1)
    with transactions(store) as begun:
        store.channels.all()
    assert len(begun) == 1
