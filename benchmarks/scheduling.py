"""Lateness of many deliveries due in the same second, by the pipeline as users run it.

    python benchmarks/scheduling.py [--deliveries 1000] [--latency 0.2] [--threads 64]

Starts `socialpipe up` on a throw-away directory and a simulator whose every call takes `latency`
seconds. The floor is what no system at this concurrency can beat: deliveries / threads x latency.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta

PLATFORM = "mastodon"


def main() -> None:
    options = arguments()
    floor = options.deliveries / options.threads * options.latency
    with tempfile.TemporaryDirectory(prefix="socialpipe-bench-") as folder:
        configure(folder, options.threads)
        late = run(options)
    print(
        f"{options.deliveries} due at once, {options.latency} s a call, {options.threads} threads"
    )
    print(f"floor {floor:.2f} s")
    print(f"late  p50 {statistics.median(late):.2f} s  p99 {late[int(len(late) * 0.99) - 1]:.2f} s")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--deliveries", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--channels", type=int, default=100)
    return parser.parse_args()


def configure(folder: str, threads: int) -> None:
    values = {
        "DATA_DIR": folder,
        "ALLOW_PRIVATE_HOSTS": "true",
        "PUBLISH_THREADS": str(threads),
        "MAX_PER_HOUR": "100000",
        "MAX_PER_DAY": "100000",
        "LOG_LEVEL": "WARNING",
    }
    os.environ.update({f"SOCIALPIPE_{name}": value for name, value in values.items()})


def run(options: argparse.Namespace) -> list[float]:
    """Return the lateness of each delivery in seconds, sorted."""
    from socialpipe.model import Article, Part, Post, PostKind, State, Unit
    from socialpipe.settings import load
    from socialpipe.simulator import Simulator
    from socialpipe.store import Store
    from socialpipe.store.intake import Order, Terms

    store = Store(load())
    with Simulator(latency=options.latency) as simulator:
        up = subprocess.Popen([sys.executable, "-m", "socialpipe", "up", "--port", "0"])
        try:
            while not all(store.heartbeats.alive().values()):
                time.sleep(0.1)
            channels = [
                store.channels.add(
                    f"c{n}", PLATFORM, api_base=simulator.base(PLATFORM), settings={},
                    secrets={"token": f"t{n}"}, timezone="UTC",
                )
                for n in range(options.channels)
            ]  # fmt: skip
            due = store.now() + timedelta(seconds=10 + options.deliveries / 100)
            for n in range(options.deliveries // options.channels):
                post = Post(
                    PLATFORM, PostKind.SINGLE, (Part(f"Post {n}.", 7, 500, Unit.GRAPHEMES),)
                )
                orders = [Order(channel, due) for channel in channels]
                campaign, _ = store.campaigns.queue(
                    Article("t", "t"), orders, options={}, terms=Terms.of(load())
                )
                claimed = dict(store.campaigns.claim(10, timedelta(minutes=1)))
                if work := store.campaigns.begin(campaign, claimed[campaign]):
                    store.campaigns.finish(work, {c.id: [post] for c in channels}, "benchmark")
            print(f"queued, due in {(due - store.now()).total_seconds():.1f} s", file=sys.stderr)
            while store.deliveries.counts().get(State.PUBLISHED, 0) < options.deliveries:
                time.sleep(0.5)
            found = store.deliveries.find(limit=10**6)
        finally:
            up.terminate()
            up.wait()
    return sorted(
        (one.published_at - one.wanted_at).total_seconds() for one in found if one.published_at
    )


if __name__ == "__main__":
    main()
