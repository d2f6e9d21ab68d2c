"""SIGKILLs at labelled points, lost replies, a whole pipeline: no twin, no loss.

The run of every day is small. `make chaos` runs 300 kills over 500 posts on each platform.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from tests.chaos.points import ARMED, POINTS, REDIS_POINTS, arm, disarm
from tests.conftest import Environment
from tests.engine.processes import all_alive, pipeline_up, wait_for
from tests.engine.stage import PLATFORMS, connect, post, schedule_many

from socialpipe.model import Delivery, State
from socialpipe.simulator import Simulator
from socialpipe.store import Store

KILLS = int(os.environ.get("CHAOS_KILLS", "16"))
POSTS = int(os.environ.get("CHAOS_POSTS", "40"))
SEED = int(os.environ.get("CHAOS_SEED", "1"))
LOST = 0.3  # of all answers
SETTLED = 120.0  # s after the last restart
STARVING = 3.0  # s without a new post; those who wait at a point need something to do
PATIENCE = 15.0  # s for somebody to come to a point, else another one is taken
QUICK = {"lease": 6, "settle_delay": 1, "keeper_interval": 0.3, "max_attempts": 60,
         "retry_base": 0.2, "retry_cap": 2, "max_per_hour": 100_000, "max_per_day": 100_000,
         "twin_days": 0, "catch_up_gap": 0.2}  # fmt: skip
CHANNELS = max(8, POSTS // 15)  # of each platform: Telegram takes 20 posts a minute on one
KEYED = ("x", "bluesky", "mastodon")
ROOT = Path(__file__).parents[2]
VICTIMS = {
    "redis": tuple(REDIS_POINTS),
    **{
        role: tuple(label for label, point in POINTS.items() if point.role == role)
        for role in ("worker", "dispatcher", "keeper")
    },
}


class Killer:
    """Keeps one point armed for each victim, and counts who died where."""

    def __init__(self, folder: Path, up: subprocess.Popen[str], chance: random.Random) -> None:
        self.killed = {victim: Counter[str]() for victim in VICTIMS}
        self._folder = folder
        self._up = up
        self._chance = chance
        self._armed: dict[str, tuple[str, float]] = {}  # by victim: where, and since when

    @property
    def total(self) -> int:
        """How many have died."""
        return sum(died.total() for died in self.killed.values())

    def tend(self) -> None:
        """Count those who died, and arm the next points."""
        for victim, died in self.killed.items():
            self._count(victim)
            if victim not in self._armed and died.total() < -(-KILLS // len(VICTIMS)):
                self._arm(victim)

    def _count(self, victim: str) -> None:
        if victim not in self._armed:
            return
        label, since = self._armed[victim]
        if not (self._folder / label).exists():
            self.killed[victim][label] += 1
        elif time.monotonic() - since < PATIENCE or not disarm(self._folder, label):
            return
        del self._armed[victim]

    def _arm(self, victim: str) -> None:
        pid = redis_of(self._up) if victim == "redis" else None
        if victim == "redis" and pid is None:
            return
        label = self._chance.choice(VICTIMS[victim])
        arm(self._folder, label, pid)
        self._armed[victim] = label, time.monotonic()


def redis_of(up: subprocess.Popen[str]) -> int | None:
    """Return the embedded Redis of the moment."""
    with suppress(psutil.Error):
        for process in psutil.Process(up.pid).children():
            with suppress(psutil.Error):
                if "-server" in process.name() and process.status() != psutil.STATUS_ZOMBIE:
                    return process.pid
    return None


class Feed:
    """Queues posts, on enough channels to keep the rates; each goes to every platform."""

    def __init__(self, store: Store, simulator: Simulator, chance: random.Random) -> None:
        self.count = 0
        self._store = store
        self._simulator = simulator
        self._chance = chance
        self._channels = [
            {name: connect(store, simulator, name, f"{name}-{n}", own=True) for name in PLATFORMS}
            for n in range(CHANNELS)
        ]

    def queue(self) -> None:
        """Queue one more post; some answers to it get lost."""
        channels = self._channels[self.count % len(self._channels)]
        texts = {name: f"{name} {self.count}." for name in channels}
        for name, text in texts.items():
            if self._chance.random() < LOST:
                self._simulator.fault(name, "drop", count=1, match=text)
        made = [(channel, post(name, texts[name])) for name, channel in channels.items()]
        at = self._store.now() + timedelta(seconds=self._chance.random())
        schedule_many(self._store, made, at=at)
        self.count += 1


def storm(killer: Killer, feed: Feed) -> None:
    """Queue and kill side by side; the posts last as long as there is somebody to kill."""
    fed = time.monotonic()
    while killer.total < KILLS or feed.count < POSTS:
        killer.tend()
        due = feed.count < POSTS * (killer.total + len(VICTIMS)) / KILLS
        if due or time.monotonic() - fed > STARVING:
            feed.queue()
            fed = time.monotonic()
        time.sleep(0.02)


def unsettled(store: Store) -> list[Delivery]:
    """Return what is neither final nor waits for a person."""
    found = store.deliveries.find(states=[state for state in State if not state.final], limit=5000)
    return [one for one in found if one.state is not State.UNCERTAIN or one.look_at is not None]


def settle(store: Store) -> float:
    """Wait until everything is settled; return how long that took, s."""
    ended = time.monotonic()
    while left := unsettled(store):
        told = [(one, store.deliveries.events(one.id)[-3:]) for one in left[:3]]
        assert time.monotonic() < ended + SETTLED, (len(left), told)
        time.sleep(0.2)
    return time.monotonic() - ended


def check(store: Store, simulator: Simulator) -> Counter[str]:
    """By the simulator's own count: nothing twice, nothing lost. Return how all ended."""
    posts = Counter((post.platform, post.text) for post in simulator.posts())
    assert [key for key, count in posts.items() if count > 1] == []
    ends: Counter[str] = Counter()
    for one in store.deliveries.find(limit=1_000_000):
        out = posts[(one.platform, store.deliveries.texts(one.id)[0])]
        ends[f"{one.platform} {one.state}"] += 1
        if one.platform in KEYED:
            assert (one.state, out) == (State.PUBLISHED, 1), store.deliveries.events(one.id)
        else:  # a person is asked whether it is out; nothing else is unclear
            assert one.state in {State.PUBLISHED, State.UNCERTAIN}
            assert out == 1 or one.state is State.UNCERTAIN
    return ends


@pytest.mark.timeout(7200)
def test_kills_lose_and_double_nothing(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(SEED)
    folder = tmp_path / "armed"
    folder.mkdir()
    monkeypatch.setenv(ARMED, str(folder))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(ROOT / "src"), str(ROOT))))
    store = Store(environment(**QUICK))
    with Simulator(latency=0.02) as simulator, pipeline_up("tests.chaos.points") as up:
        wait_for(lambda: all_alive(store), 60)
        killer, feed = Killer(folder, up, chance), Feed(store, simulator, chance)
        storm(killer, feed)
        took = settle(store)
        ends = check(store, simulator)
        print(f"{killer.total} kills over {feed.count} posts, settled {took:.0f} s after the last")
        for victim, died in {**killer.killed, "ended": ends}.items():
            print(*(f"{count:6} {victim}: {label}" for label, count in died.items()), sep="\n")
    store.close()
