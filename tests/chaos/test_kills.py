"""SIGKILLs at labelled points, lost replies, a whole pipeline: no twin, no loss.

The run of every day is small. `make chaos` runs 300 kills over 500 posts on each platform.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import psutil
import pytest
import sqlalchemy as sa
from tests.conftest import Environment
from tests.engine.processes import all_alive, lives, pid_of, pipeline_up, wait_for
from tests.engine.stage import PLATFORMS, connect, post, schedule_many

from socialpipe.model import State
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.schema import event

KILLS = int(os.environ.get("CHAOS_KILLS", "16"))
POSTS = int(os.environ.get("CHAOS_POSTS", "40"))
SEED = int(os.environ.get("CHAOS_SEED", "1"))
LOST = 0.3  # of all answers
SETTLED = 120.0  # s after the last restart
QUICK = {"lease": 4, "settle_delay": 1, "keeper_interval": 0.3, "max_attempts": 60,
         "retry_base": 0.2, "retry_cap": 2, "max_per_hour": 100_000, "max_per_day": 100_000,
         "twin_days": 0}  # fmt: skip
ROLES = ("publish worker", "dispatcher", "keeper", "redis")
POINTS = ("claimed", "publishing", "uncertain", "published", "any moment")
POSTS_A_CHANNEL = 15  # Telegram takes 20 a minute on one channel
KEYED = ("x", "bluesky", "mastodon")


def process_of(store: Store, up: subprocess.Popen[str], role: str) -> int | None:
    """Return the process that does `role` at the moment."""
    if role != "redis":
        pid = pid_of(store, role)
        return pid if lives(pid) else None
    for process in psutil.Process(up.pid).children():
        with suppress(psutil.Error):
            if "unixsocket" in " ".join(process.cmdline()) or "-server" in process.name():
                return process.pid
    return None


def newest_event(store: Store) -> int:
    with store.database.read() as connection:
        return connection.execute(sa.select(sa.func.max(event.c.id))).scalar_one() or 0


def reached(store: Store, point: str, after: int) -> Callable[[], bool]:
    """Say whether some delivery has come to `point` since event `after`."""
    query = sa.select(event.c.id).where(event.c.id > after, event.c.to_state == point).limit(1)

    def check() -> bool:
        with store.database.read() as connection:
            return connection.execute(query).first() is not None

    return check


def kill_one(store: Store, up: subprocess.Popen[str], chance: random.Random) -> str | None:
    """Wait for a labelled point, then kill a role without a word; return the label."""
    role, point = chance.choice(ROLES), chance.choice(POINTS)
    if point == "any moment":
        time.sleep(chance.random())
    else:
        with suppress(AssertionError):
            wait_for(reached(store, point, newest_event(store)), 3)
    pid = process_of(store, up, role)
    if pid is None:
        return None
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return f"{role} at {point}"
    return None


def queue_posts(store: Store, simulator: Simulator, chance: random.Random) -> None:
    """Queue the posts over the time of the kills, on enough channels to keep the rates."""
    groups = [
        {name: connect(store, simulator, name, f"{name}-{n}") for name in PLATFORMS}
        for n in range(-(-POSTS // POSTS_A_CHANNEL))
    ]
    start = store.now() + timedelta(seconds=1)
    for n in range(POSTS):
        at = start + timedelta(seconds=n * KILLS * 0.5 / POSTS)
        channels = groups[n % len(groups)]
        made = [(channel, post(name, f"{name} {n}.")) for name, channel in channels.items()]
        schedule_many(store, made, at=at)
        for name in channels:
            if chance.random() < LOST:
                simulator.fault(name, "drop", count=1, match=f"{name} {n}.")


def settled(store: Store) -> bool:
    """Whether everything is final, or waits for a person."""
    found = store.deliveries.find(limit=1_000_000)
    return all(
        one.state.final or (one.state is State.UNCERTAIN and one.look_at is None) for one in found
    )


def check(store: Store, simulator: Simulator) -> None:
    """By the simulator's own count: nothing twice, nothing lost."""
    posts = Counter((post.platform, post.text) for post in simulator.posts())
    assert [key for key, count in posts.items() if count > 1] == []
    for one in store.deliveries.find(limit=1_000_000):
        out = posts[(one.platform, store.deliveries.texts(one.id)[0])]
        if one.platform in KEYED:
            assert (one.state, out) == (State.PUBLISHED, 1), store.deliveries.events(one.id)
        else:  # a person is asked whether it is out; nothing else is unclear
            assert one.state in {State.PUBLISHED, State.UNCERTAIN}
            assert out == 1 or one.state is State.UNCERTAIN


@pytest.mark.timeout(3600)
def test_kills_lose_and_double_nothing(environment: Environment) -> None:
    chance = random.Random(SEED)
    store = Store(environment(**QUICK))
    with Simulator(latency=0.02) as simulator, pipeline_up() as up:
        wait_for(lambda: all_alive(store), 60)
        queue_posts(store, simulator, chance)
        killed: Counter[str] = Counter()
        while killed.total() < KILLS:
            if label := kill_one(store, up, chance):
                killed[label] += 1
        ended = time.monotonic()
        wait_for(lambda: settled(store), SETTLED)
        took = time.monotonic() - ended
        check(store, simulator)
        print(f"{killed.total()} kills, settled {took:.0f} s after the last: {dict(killed)}")
    store.close()
