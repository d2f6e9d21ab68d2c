"""What 200 open pages and 50 edits a second cost: pages' times, and whether publishing is later.

    python benchmarks/web.py [--order quiet busy] [--postgres [URL]] [--json FILE]

One installation (`socialpipe up`), posts on the simulator, due over a minute: once with nobody
looking, once with everybody. The simulator and the browsers are processes of their own on the same
machine; their CPU is told.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parent / "queues"))
sys.path.insert(0, str(Path(__file__).parent / "browsers"))

import crowd as people
import ours
import scale

from socialpipe.model import Channel
from socialpipe.store.schema import delivery, event

HERE = Path(__file__).parent
THREADS = 32
CHANNELS = 50
STEP = 0.25  # s between two moments at which some are due
LEAD = {"quiet": 6.0, "busy": 22.0}  # s from queueing to the first that is due: pages are opened
ROLES = ("sp-web", "sp-worker-publi", "sp-dispatcher", "sp-keeper", "sp-worker-prepa", "redis")


def main() -> None:
    given = arguments()
    with scale.database(given.postgres) as url, simulator() as base:
        if url:
            os.environ["SOCIALPIPE_DATABASE_URL"] = url
        with ours.installation(THREADS) as running:
            results = Bench(given, running, base).run()
    for name, result in results.items():
        print(f"\n## {name}")
        print("\n".join(told(result)))
    if given.json:
        Path(given.json).write_text(json.dumps(results))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--deliveries", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60, help="over which they are due")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--edits", type=int, default=50, help="a second")
    parser.add_argument("--order", nargs="*", default=["quiet", "busy"], choices=list(LEAD))
    parser.add_argument("--postgres", nargs="?", const="own", help="a URL, or one of its own")
    parser.add_argument("--json", help="where to write all figures")
    return parser.parse_args()


class Bench:
    """One installation and the phases that are measured on it."""

    def __init__(self, given: argparse.Namespace, running: ours.Installation, base: str) -> None:
        self.given, self.running, self.store = given, running, running.store
        self.base = base
        self.channels = ours.channels(self.store, CHANNELS, "mastodon", f"{base}/mastodon")
        self.crowd = people.Crowd(self.store, running.url)

    def run(self) -> dict[str, Any]:
        return {f"{n} {name}": self.phase(name) for n, name in enumerate(self.given.order)}

    def phase(self, name: str) -> dict[str, Any]:
        """Publish all, with or without the crowd; return the figures."""
        plan = self.prepared() if name == "busy" else None
        first = self.store.now() + timedelta(seconds=LEAD[name])
        ids = self.queue(first)
        begin = first.timestamp()
        until = begin + self.given.seconds
        load = self.browsers(plan, ids, begin, until) if plan else None
        time.sleep(max(0.0, begin - time.time()))
        before, load_before = self.cpu(), os.getloadavg()[0]
        time.sleep(max(0.0, until - time.time()))
        spent = {role: used - before[role] for role, used in self.cpu().items()}
        seen = json.loads(load.communicate()[0]) if load else {}
        late = self.lateness(ids)
        moments = seen.pop("moments", [])
        return {
            "late": late,
            "cpu": {role: used / self.given.seconds for role, used in spent.items()},
            "seen": seen,
            "fresh": self.freshness(moments, begin),
            "seconds": self.given.seconds,
            "load": (load_before, os.getloadavg()[0]),
        }

    def prepared(self) -> dict[str, Any]:
        """Make drafts and deliveries that nobody publishes meanwhile."""
        writers = self.given.edits * 3 // 5
        programs, planners = self.given.edits // 5, self.given.edits // 5
        mixed = [
            ours.channels(self.store, 1, name, f"{self.base}/{name}", f"{name}-")[0]
            for name in ("mastodon", "x", "linkedin", "threads")
        ]
        (calm,) = ours.channels(self.store, 1, "mastodon", f"{self.base}/mastodon", "calm")
        at = self.store.now().replace(hour=3, minute=0) + timedelta(days=9)
        kept = self.fill([calm], programs + planners, at)
        return {
            "writers": self.crowd.writers(writers, mixed),
            "programs": self.crowd.programs(kept[:programs]),
            "planners": self.crowd.planners(kept[programs:], calm, at),
        }

    def queue(self, first: datetime) -> list[int]:
        """Schedule all, some at each step, channel after channel."""
        steps = round(self.given.seconds / STEP)
        ids, count = [], self.given.deliveries
        for n in range(steps):
            some = count * (n + 1) // steps - count * n // steps
            turned = [self.channels[(len(ids) + k) % CHANNELS] for k in range(some)]
            if some:
                ids += self.fill(turned, some, first + timedelta(seconds=n * STEP))
        return ids

    def fill(self, channels: Sequence[Channel], count: int, at: datetime) -> list[int]:
        newest = sa.select(sa.func.max(delivery.c.id))
        with self.store.database.read() as connection:
            before = connection.execute(newest).scalar() or 0
        ours.fill(self.store, channels, count, at)
        query = sa.select(delivery.c.id).where(delivery.c.id > before).order_by(delivery.c.id)
        with self.store.database.read() as connection:
            return list(connection.execute(query).scalars())

    def browsers(
        self, plan: dict[str, Any], ids: Sequence[int], begin: float, until: float
    ) -> subprocess.Popen[str]:
        plan["readers"] = self.crowd.readers(self.given.pages, self.channels, ids)
        plan |= self.crowd.plan(time.time(), begin, until)
        program = str(HERE / "browsers" / "load.py")
        load = subprocess.Popen(
            [sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert load.stdin is not None
        load.stdin.write(json.dumps(plan))
        load.stdin.close()
        load.stdin = None
        return load

    def cpu(self) -> dict[str, float]:
        """Return the CPU of each role, s."""
        found = dict.fromkeys(ROLES, 0.0)
        for one in self.running.process.children(recursive=True):
            times = one.cpu_times()
            role = next((role for role in ROLES if one.name().startswith(role)), None)
            if role:
                found[role] += times.user + times.system
        return found

    def lateness(self, ids: Sequence[int]) -> list[float]:
        """Wait until all are out; return how late, sorted."""
        mine = delivery.c.id.between(ids[0], ids[-1])
        query = sa.select(delivery.c.published_at, delivery.c.wanted_at).where(mine)
        end = time.monotonic() + 120
        while True:
            with self.store.database.read() as connection:
                rows = connection.execute(query).all()
            if all(row.published_at for row in rows):
                return sorted((row.published_at - row.wanted_at).total_seconds() for row in rows)
            if time.monotonic() > end:
                raise SystemExit(f"not all are out: {self.store.deliveries.counts()}")
            time.sleep(0.5)

    def freshness(self, moments: Sequence[tuple[float, int]], begin: float) -> list[float]:
        """Return how old changes were when the table in one browser showed them, sorted."""
        if not moments:
            return []
        with self.store.database.read() as connection:
            rows = connection.execute(sa.select(event.c.id, event.c.at).order_by(event.c.id)).all()
        found, told = [], iter(moments)
        shown, last = next(told)
        for key, at in rows:
            while last < key:
                if (following := next(told, None)) is None:
                    return sorted(found)
                shown, last = following
            if at.timestamp() >= begin:
                found.append(shown - at.timestamp())
        return sorted(found)


def told(result: dict[str, Any]) -> Iterator[str]:
    """Say the figures of one phase."""
    late, seen = result["late"], result["seen"]
    yield f"published {len(late)}; late by {quantiles(late, 0.5, 0.95, 0.99)}"
    cpu = ", ".join(f"{role} {100 * used:.0f} %" for role, used in result["cpu"].items())
    yield f"CPU of one core: {cpu}; load {result['load']}"
    if not seen:
        return
    yield f"CPU of the browsers: {100 * seen['cpu'] / result['seconds']:.0f} %"
    for name, times in sorted(seen["times"].items()):
        rate = len(times) / result["seconds"]
        yield f"{name}: {len(times)} ({rate:.1f}/s), {quantiles(sorted(times), 0.5, 0.95, 0.99)}"
    yield f"live: {seen['messages']} messages, {seen['bytes'] / 1e6:.1f} MB; {seen['ended']} ended"
    yield f"a change is shown after {quantiles(result['fresh'], 0.5, 0.95)}"
    yield f"refused: {seen['bad']}, broken: {seen['broken']}"


def quantiles(sorted_times: Sequence[float], *shares: float) -> str:
    if not sorted_times:
        return "–"
    last = len(sorted_times) - 1
    parts = [
        f"p{share * 100:.0f} {1000 * sorted_times[round(share * last)]:.0f}" for share in shares
    ]
    return f"{', '.join(parts)}, at most {1000 * sorted_times[-1]:.0f} ms"


@contextmanager
def simulator() -> Iterator[str]:
    """Run the stand-in networks in a process of their own; give their address."""
    program = [sys.executable, "-m", "socialpipe", "simulator", "--json", "--latency", "0.05"]
    server = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield str(json.loads(server.stdout.readline())["url"])
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
