"""Tokens are renewed once, however many workers find them expired."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from tests.engine.stage import connect, schedule

from socialpipe.engine import Engine
from socialpipe.model import State
from socialpipe.pipeline import deliver
from socialpipe.simulator import Simulator


def test_fifty_deliveries_log_in_once(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    channel = connect(store, simulator, "bluesky")
    keys = [schedule(store, channel, f"Post {n}.") for n in range(24)]
    rows = []
    while claimed := store.claims.claim(timedelta(0), "test"):
        rows += claimed
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda row: deliver(engine, row.id, row.fence), rows))
    assert all(store.deliveries.get(key).state is State.PUBLISHED for key in keys)
    logins = [call for call in simulator.calls() if "createSession" in call.path]
    assert len(logins) == 1


def test_only_one_is_alone(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    channel = connect(store, simulator, "bluesky")
    inside = 0
    most = 0
    lock = threading.Lock()

    def renew(_: int) -> None:
        nonlocal inside, most
        with store.channels.session(channel.id).alone():
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.02)
            with lock:
                inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(renew, range(16)))
    assert most == 1
